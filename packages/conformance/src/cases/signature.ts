import { accepted } from '../answer-rules.js';
import type { CaseDefinition, OwnDefinition } from './define.js';
import { alive, casesOf, claiming, forged, GUIDE, genuine, good, signature } from './define.js';
import { ruleOf } from './forgeries/forgery.js';
import { FORGERIES } from './forgeries/index.js';

const refusals: OwnDefinition[] = FORGERIES.map((forgery) => ({
  id: `signature.${forgery.id}`,
  title: forgery.title,
  why: forgery.why,
  reference: forgery.reference,
  fix: forgery.fix,
  steps: (deliveries) =>
    forgery.variants(deliveries).map(([label, message]) => forged(label, message, { accept: ruleOf(forgery) })),
}));

/** Who is let in, and who is not. */
export const signatureCases: readonly CaseDefinition[] = casesOf(
  { family: 'signature', level: 'verifies', reference: GUIDE.signatures },
  [
    {
      id: 'signature.genuine',
      title: 'a genuine delivery is accepted',
      why: 'Everything else is decided against this one.',
      fix: 'Check that the endpoint and the kit use the same secret, and that the HMAC is computed over the raw body, not over re-serialized JSON.',
      steps: (deliveries) => [good(deliveries)],
    },
    ...refusals,
    {
      id: 'signature.upper-case',
      title: 'upper-case and mixed-case digits are accepted',
      why: "Hexadecimal has no case, and the guide's own sample decodes both.",
      fix: 'Decode the digits, or lower them, before comparing.',
      steps: (deliveries) => {
        const [upper, mixed] = [deliveries.body(), deliveries.body()];
        const digits = deliveries.sign(mixed);
        return [
          {
            label: 'upper case',
            request: claiming(upper, [signature(deliveries.sign(upper).toUpperCase())]),
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
      steps: (deliveries) =>
        ['x-videocloud-signature', 'X-VIDEOCLOUD-SIGNATURE'].map((name) => {
          const body = deliveries.body();
          return { label: name, request: claiming(body, [[name, deliveries.sign(body)]]), accept: accepted };
        }),
    },
    {
      id: 'signature.after-forgeries',
      title: 'a genuine delivery is accepted after a hundred forgeries',
      why: 'An endpoint that locks out, counts failures for everybody or breaks on forgeries can be shut down by anyone.',
      reference: GUIDE.security,
      fix: 'Keep no state from a refused request.',
      script: async (context) => {
        const forgeries = Array.from({ length: 100 }, () =>
          forged('a forgery', claiming(context.deliveries.body(), [signature('f'.repeat(64))])),
        );
        return (
          (await context.run(forgeries.slice(0, 50), 'together')) ??
          (await context.run(forgeries.slice(50))) ??
          (await context.run([alive(context.deliveries)]))
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
      script: async (context) => {
        const body = context.deliveries.body();
        const signed = context.deliveries.signPrevious(body);
        return context.run([
          { label: 'signed with the previous secret', request: claiming(body, [signature(signed)]), accept: accepted },
          { label: 'signed with the current secret', request: genuine(context.deliveries), accept: accepted },
        ]);
      },
    },
  ],
);
