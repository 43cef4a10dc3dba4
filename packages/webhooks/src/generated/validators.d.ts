// Generated from openapi.yaml by scripts/generate.js. Do not edit: change the source and run `npm run generate`.
export interface ValidationError {
  /** JSON pointer from `data`, `''` for itself. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: { readonly missingProperty?: string; readonly type?: string | readonly string[] };
}

export interface Validator {
  /** Sets `errors`, which the next call overwrites. */
  (data: unknown): boolean;
  errors?: readonly ValidationError[] | null;
}

export declare const videoUploaded: Validator;
export declare const videoProcessed: Validator;
export declare const userRegistered: Validator;
export declare const commentCreated: Validator;

/** Guards of the payloads the guide shows, by delivered name. */
export declare const validators: {
  readonly 'video.uploaded': Validator;
  readonly 'video.processed': Validator;
  readonly 'user.registered': Validator;
  readonly 'comment.created': Validator;
};
