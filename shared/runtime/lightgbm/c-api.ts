import type { LibraryHandle } from 'koffi';

/** Memory that the library reads or writes in place while a call lasts. */
export type Block =
  Float32Array | Float64Array | Int32Array | BigInt64Array | BigUint64Array | Buffer;

/** The part of LightGBM's C API that is used here. Every call returns 0, or -1 after a fault. */
export interface CApi {
  LGBM_RegisterLogCallback(callback: bigint | null): number;
  LGBM_DumpParamAliases(size: number, outSize: BigInt64Array, out: Buffer): number;
  LGBM_DatasetCreateFromMat(
    data: Block,
    type: number,
    rows: number,
    columns: number,
    isRowMajor: 0 | 1,
    parameters: string,
    reference: null,
    out: BigUint64Array,
  ): number;
  LGBM_DatasetSetFeatureNames(dataset: bigint, names: readonly string[], count: number): number;
  LGBM_DatasetSetField(
    dataset: bigint,
    field: string,
    data: Float32Array | Float64Array,
    count: number,
    type: number,
  ): number;
  LGBM_DatasetFree(dataset: bigint): number;
  LGBM_BoosterCreate(dataset: bigint, parameters: string, out: BigUint64Array): number;
  LGBM_BoosterNumModelPerIteration(booster: bigint, outTrees: Int32Array): number;
  LGBM_BoosterUpdateOneIter(booster: bigint, outIsEmpty: Int32Array): number;
  LGBM_BoosterSaveModelToString(
    booster: bigint,
    firstRound: number,
    rounds: number,
    importance: number,
    size: number,
    outSize: BigInt64Array,
    out: Buffer,
  ): number;
  LGBM_BoosterLoadModelFromString(text: Buffer, outRounds: Int32Array, out: BigUint64Array): number;
  LGBM_BoosterNumberOfTotalModel(booster: bigint, outTrees: Int32Array): number;
  LGBM_BoosterPredictForMat(
    booster: bigint,
    data: Block,
    type: number,
    rows: number,
    columns: number,
    isRowMajor: 0 | 1,
    kind: number,
    firstRound: number,
    rounds: number,
    parameters: string,
    outCount: BigInt64Array,
    out: Float64Array,
  ): number;
  LGBM_BoosterFeatureImportance(
    booster: bigint,
    rounds: number,
    kind: number,
    out: Float64Array,
  ): number;
  LGBM_BoosterFree(booster: bigint): number;
}

/** Everything as in `include/LightGBM/c_api.h` of LightGBM 4; handles and blocks are `void *`. */
const declarations: Readonly<Record<keyof CApi, string>> = {
  LGBM_RegisterLogCallback: 'void *callback',
  LGBM_DumpParamAliases: 'int64_t size, void *outSize, void *out',
  LGBM_DatasetCreateFromMat:
    'const void *data, int type, int32_t rows, int32_t columns, int isRowMajor, const char *parameters, void *reference, void *out',
  LGBM_DatasetSetFeatureNames: 'void *dataset, const char **names, int count',
  LGBM_DatasetSetField: 'void *dataset, const char *field, const void *data, int count, int type',
  LGBM_DatasetFree: 'void *dataset',
  LGBM_BoosterCreate: 'void *dataset, const char *parameters, void *out',
  LGBM_BoosterNumModelPerIteration: 'void *booster, void *outTrees',
  LGBM_BoosterUpdateOneIter: 'void *booster, void *outIsEmpty',
  LGBM_BoosterSaveModelToString:
    'void *booster, int firstRound, int rounds, int importance, int64_t size, void *outSize, void *out',
  LGBM_BoosterLoadModelFromString: 'const void *text, void *outRounds, void *out',
  LGBM_BoosterNumberOfTotalModel: 'void *booster, void *outTrees',
  LGBM_BoosterPredictForMat:
    'void *booster, const void *data, int type, int32_t rows, int32_t columns, int isRowMajor, int kind, int firstRound, int rounds, const char *parameters, void *outCount, void *out',
  LGBM_BoosterFeatureImportance: 'void *booster, int rounds, int kind, void *out',
  LGBM_BoosterFree: 'void *booster',
};

/** How the C API names the types of numbers: `C_API_DTYPE_FLOAT32` and `C_API_DTYPE_FLOAT64`. */
export const float32 = 0;
export const float64 = 1;

/** The functions of a loaded library, and the text of its last fault on this thread. */
export interface BoundApi {
  readonly api: CApi;
  lastError(): string;
}

/**
 * Looks up every function.
 *
 * @throws Error of koffi, naming the first function that is not there
 */
export function bindApi(shared: LibraryHandle): BoundApi {
  const functions = Object.entries(declarations).map(
    ([name, parameters]) => [name, shared.func(`int ${name}(${parameters})`)] as const,
  );
  return {
    api: Object.fromEntries(functions) as unknown as CApi,
    lastError: shared.func('const char *LGBM_GetLastError()'),
  };
}
