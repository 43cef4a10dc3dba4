# verify(body, signature, secrets) for VideoCloud webhooks, and a check of it against vectors.json.
use strict;
use warnings;
use utf8;
use Digest::SHA qw(hmac_sha256);
use Encode qw(encode);
use JSON::PP qw(decode_json);
use MIME::Base64 qw(decode_base64);

# Compares all bytes, whatever the first difference.
sub equal {
    my ($left, $right) = @_;
    return 0 if length $left != length $right;
    my $difference = 0;
    $difference |= ord(substr $left, $_, 1) ^ ord(substr $right, $_, 1) for 0 .. length($left) - 1;
    return $difference == 0;
}

sub verify {
    my ($body, $signature, @secrets) = @_;
    return 0 unless defined $signature && $signature =~ /\A[0-9a-fA-F]{64}\z/;
    my $given = pack 'H*', $signature;
    my $matches = grep { equal(hmac_sha256($body, encode('UTF-8', $_)), $given) } @secrets;
    return $matches > 0;
}

open my $file, '<:raw', $ARGV[0] or die "cannot read $ARGV[0]: $!";
my $vectors = decode_json(do { local $/; <$file> })->{vectors};
for my $vector (@$vectors) {
    my $ok = verify(decode_base64($vector->{body}), $vector->{signature}, @{ $vector->{secrets} });
    print "$vector->{name} ", ($ok ? 'valid' : 'refused'), "\n";
}
