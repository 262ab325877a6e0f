/** gRPC status of "there is no such thing" and "there is one already". */
export const notFound = 5;
export const alreadyExists = 6;

/** The gRPC status that a call to a server ended with, where it has one. */
export function codeOfCall(error: unknown): number | undefined {
  return error !== null &&
    typeof error === 'object' &&
    'code' in error &&
    typeof error.code === 'number'
    ? error.code
    : undefined;
}
