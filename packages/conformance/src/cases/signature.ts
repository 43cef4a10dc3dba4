import { accepted } from '../verdicts.js';
import type { CaseDefinition, OwnDefinition } from './define.js';
import { alive, casesOf, claiming, forged, GUIDE, genuine, good, signature } from './define.js';
import { FORGERIES } from './forgeries.js';
import { verdictOf } from './forgery.js';

const refusals: OwnDefinition[] = FORGERIES.map((forgery) => ({
  id: `signature.${forgery.id}`,
  title: forgery.title,
  why: forgery.why,
  reference: forgery.reference,
  fix: forgery.fix,
  steps: (forge) =>
    forgery.variants(forge).map(([label, message]) => forged(label, message, { accept: verdictOf(forgery) })),
}));

/** Who is let in, and who is not. */
export const signatureCases: readonly CaseDefinition[] = casesOf(
  { family: 'signature', level: 'verifies', reference: GUIDE.signatures },
  [
    {
      id: 'signature.genuine',
      title: 'a genuine delivery is accepted',
      why: 'Everything else is decided against this one.',
      fix: 'Check that the endpoint and the kit use the same secret, and that the HMAC is computed over the raw body, not over re-serialised JSON.',
      steps: (forge) => [good(forge)],
    },
    ...refusals,
    {
      id: 'signature.upper-case',
      title: 'upper-case and mixed-case digits are accepted',
      why: "Hexadecimal has no case, and the guide's own sample decodes both.",
      fix: 'Decode the digits, or lower them, before comparing.',
      steps: (forge) => {
        const [upper, mixed] = [forge.body(), forge.body()];
        const digits = forge.sign(mixed);
        return [
          {
            label: 'upper case',
            request: claiming(upper, [signature(forge.sign(upper).toUpperCase())]),
            accept: accepted,
          },
          {
            label: 'mixed case',
            request: claiming(mixed, [signature(digits.slice(0, 32).toUpperCase() + digits.slice(32))]),
            accept: accepted,
          },
        ];
      },
    },
    {
      id: 'signature.header-name-case',
      title: 'the header is found whatever the case of its name',
      why: 'Field names are case-insensitive, and proxies and HTTP/2 lower them.',
      reference: 'RFC 9110, section 5.1',
      fix: 'Look the header up case-insensitively.',
      steps: (forge) =>
        ['x-videocloud-signature', 'X-VIDEOCLOUD-SIGNATURE'].map((name) => {
          const body = forge.body();
          return { label: name, request: claiming(body, [[name, forge.sign(body)]]), accept: accepted };
        }),
    },
    {
      id: 'signature.after-forgeries',
      title: 'a genuine delivery is accepted after a hundred forgeries',
      why: 'An endpoint that locks out, counts failures for everybody or breaks on forgeries can be shut by anyone.',
      reference: GUIDE.security,
      fix: 'Keep no state from a refused request.',
      script: async (rig) => {
        const forgeries = Array.from({ length: 100 }, () =>
          forged('a forgery', claiming(rig.forge.body(), [signature('f'.repeat(64))])),
        );
        return (
          (await rig.run(forgeries.slice(0, 50), 'together')) ??
          (await rig.run(forgeries.slice(50))) ??
          (await rig.run([alive(rig.forge)]))
        );
      },
    },
    {
      id: 'signature.previous-secret',
      title: 'a delivery signed with the previous secret is accepted during a rotation',
      why: 'Retries of deliveries queued before PUT /webhooks/{id} keep the old signature for up to 111 minutes.',
      reference: GUIDE.retries,
      fix: 'Verify against both secrets until two hours after the change.',
      level: 'reliable',
      needs: ['previousSecret'],
      optional: true,
      script: async (rig) => {
        const body = rig.forge.body();
        const signed = rig.forge.signPrevious(body);
        return rig.run([
          { label: 'signed with the previous secret', request: claiming(body, [signature(signed)]), accept: accepted },
          { label: 'signed with the current secret', request: genuine(rig.forge), accept: accepted },
        ]);
      },
    },
  ],
);
