import type { RefusalCode, RefusalView } from '../protocol.js';

const STATUS = {
  not_authorized: 403,
  read_only: 403,
  foreign_origin: 403,
  method_not_allowed: 405,
  not_found: 404,
  no_record: 404,
  invalid_parameter: 400,
  unavailable: 503,
  fault: 500,
} as const satisfies Record<RefusalCode, number>;

/** A request that the board does not carry out. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly status: number;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.status = STATUS[code];
  }

  toView(): RefusalView {
    return { error: { code: this.code, message: this.message } };
  }
}
