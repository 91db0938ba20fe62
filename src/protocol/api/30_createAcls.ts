import { api, array, int8, int16, int32, nullableString, since, string, struct, withDefault } from "../schema"

export const createAcls = api({
  key: 30,
  name: "CreateAcls",
  versions: [0, 3],
  flexibleFrom: 2,
  request: {
    creations: array(
      struct({
        resourceType: int8,
        resourceName: string,
        resourcePatternType: since(1, withDefault(3, int8)),
        principal: string,
        host: string,
        operation: int8,
        permissionType: int8,
      }),
    ),
  },
  response: {
    throttleTimeMs: int32,
    results: array(
      struct({
        errorCode: int16,
        errorMessage: nullableString,
      }),
    ),
  },
})
