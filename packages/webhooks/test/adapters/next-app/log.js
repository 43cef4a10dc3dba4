// Routes are bundled apart; the process is what they share.
globalThis.contractCalls ??= [];

export const log = (call) => globalThis.contractCalls.push(call);
export const logged = () => globalThis.contractCalls;
