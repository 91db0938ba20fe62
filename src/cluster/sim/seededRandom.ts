import type { Random } from "../random"

/** A small generator whose whole future is its seed (xoshiro128**, seeded by splitmix32). */
export class SeededRandom implements Random {
  readonly #state: Uint32Array

  constructor(seed: number) {
    this.#state = new Uint32Array(4)
    let mixed = seed >>> 0
    for (let index = 0; index < 4; index++) {
      mixed = (mixed + 0x9e3779b9) >>> 0
      let value = mixed ^ (mixed >>> 16)
      value = Math.imul(value, 0x21f0aaad)
      value ^= value >>> 15
      value = Math.imul(value, 0x735a2d97)
      this.#state[index] = value ^ (value >>> 15)
    }
  }

  next(): number {
    // 53 bits, as many as a JS number has.
    return ((this.#uint32() >>> 5) * 2 ** 26 + (this.#uint32() >>> 6)) / 2 ** 53
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.alloc(length)
    for (let index = 0; index < length; index++) bytes[index] = this.#uint32() & 0xff
    return bytes
  }

  #uint32(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#state
    const scrambled = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    const newC = c ^ a
    const newD = d ^ b
    this.#state[1] = b ^ newC
    this.#state[0] = a ^ newD
    this.#state[2] = newC ^ shifted
    this.#state[3] = rotate(newD, 11)
    return scrambled
  }
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by))
}
