// verify(body, signature, secrets) for VideoCloud webhooks, and a check of it: one "BASE64 SIGNATURE SECRET..." a line of
// base64 fields on standard input ("-" for an absent header).
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Verify {
    private static final Pattern HEX64 = Pattern.compile("[0-9a-fA-F]{64}");

    static boolean verify(byte[] body, String signature, List<String> secrets) throws Exception {
        if (signature == null || !HEX64.matcher(signature).matches()) {
            return false;
        }
        byte[] given = HexFormat.of().parseHex(signature);
        boolean valid = false;
        for (String secret : secrets) {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            valid |= MessageDigest.isEqual(mac.doFinal(body), given);
        }
        return valid;
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line; (line = input.readLine()) != null; ) {
            String[] fields = line.split(" ", -1);
            String signature = fields[1].equals("-") ? null : text(fields[1]);
            List<String> secrets = java.util.Arrays.stream(fields).skip(2).map(Verify::text).toList();
            byte[] body = Base64.getDecoder().decode(fields[0]);
            System.out.println(verify(body, signature, secrets) ? "valid" : "refused");
        }
    }

    private static String text(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
