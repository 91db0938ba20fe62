import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from "node:crypto"
import { alterUserScramCredentials } from "../../../protocol/api/51_alterUserScramCredentials"
import type { Cluster } from "../../cluster"
import type { ScramImage } from "../../state/metadata/imageEntries"
import { isScramMechanism, MIN_ITERATIONS, ScramMechanism } from "../../state/scram/credential"
import type { UserOptions } from "../options"

const SALT_BYTES = 16

/**
 * Writes the SCRAM users of the command line into the metadata log (Kafka: kafka-storage format --add-scram).
 * A credential that holds already is left alone.
 */
export async function createScramUsers(cluster: Cluster, users: readonly UserOptions[]): Promise<void> {
  const broker = [...cluster.nodes.values()].find((node) => node.broker)?.broker
  if (!broker) return
  const { controller, random } = broker.services
  const upsertions = users.flatMap(({ mechanism, name, password }) => {
    if (!isScramMechanism(mechanism)) return []
    const { code, hash, bytes } = ScramMechanism[mechanism]
    const present = cluster.metadata.scram.get(`${code}:${name}`)
    if (present && isPasswordOf(present, password, hash, bytes)) return []
    const salt = random.bytes(SALT_BYTES)
    const saltedPassword = pbkdf2Sync(password, salt, MIN_ITERATIONS, bytes, hash)
    return [{ name, mechanism: code, iterations: MIN_ITERATIONS, salt, saltedPassword }]
  })
  if (upsertions.length > 0) await controller.request(alterUserScramCredentials, { upsertions })
}

function isPasswordOf(
  { salt, iterations, storedKey }: ScramImage,
  password: string,
  hash: string,
  bytes: number,
): boolean {
  const salted = pbkdf2Sync(password, salt, iterations, bytes, hash)
  const clientKey = createHmac(hash, salted).update("Client Key").digest()
  return timingSafeEqual(createHash(hash).update(clientKey).digest(), storedKey)
}
