import { needsHistories, type Checker } from './checker';
import type { Canary } from './world';

/** Shorter ones could stand anywhere by chance. */
const leastCharacters = 16;

export const i14Secrets: Checker = {
  invariant: 'I14',
  says: 'no key, password or token stands in a log, a history, the ledger, an alert or an answer, in whatever spelling',
  check({ secrets }) {
    if (!secrets) return needsHistories;
    const weak = secrets.canaries.filter(({ value }) => value.length < leastCharacters);
    const found = weak.map(({ name }) => `${name} is too short to be looked for`);
    for (const { name: place, text } of secrets.places) {
      const texts = { asIs: text, lower: text.toLowerCase() };
      for (const canary of secrets.canaries) {
        const spelling = spellingsOf(canary).find(({ form, anyCase }) =>
          anyCase ? texts.lower.includes(form.toLowerCase()) : texts.asIs.includes(form),
        );
        if (spelling) found.push(`${canary.name} stands in ${place} (${spelling.how})`);
      }
    }
    return found;
  },
};

interface Spelling {
  readonly how: string;
  readonly form: string;
  readonly anyCase: boolean;
}

/** A secret as careless code may write it: with or without 0x, in capitals, as bytes in hex or base64, in a URL. */
function spellingsOf({ value }: Canary): readonly Spelling[] {
  const bare = value.replace(/^0x/, '');
  const isHex = /^([0-9a-f]{2})+$/i.test(bare);
  const bytes = isHex ? [Buffer.from(value), Buffer.from(bare), Buffer.from(bare, 'hex')] : [Buffer.from(value)];
  return [
    { how: 'as it is', form: bare, anyCase: true },
    { how: 'in a URL', form: encodeURIComponent(bare), anyCase: true },
    { how: 'in hex', form: Buffer.from(bare).toString('hex'), anyCase: true },
    ...bytes.flatMap(base64Of).map((form) => ({ how: 'in base64', form, anyCase: false })),
  ];
}

/** At each of the three places in a group where the bytes may begin; what depends on the neighbours is cut off. */
function base64Of(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    const text = whole.subarray(0, whole.length - (whole.length % 3)).toString('base64');
    const form = text.slice(before === 0 ? 0 : before + 1);
    return [form, form.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
