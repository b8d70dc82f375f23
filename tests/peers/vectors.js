// Writes circuits/vectors/*.json (or into another folder: node vectors.js DIR): known answers of the peers, for tests that run
// without them (Rust units, Solidity).
// The inputs are hashes of fixed texts, so a second run writes the same bytes.
import { createHash } from "node:crypto"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { babyjub } from "./babyjub.js"
import { compliance } from "./compliance.js"
import { groups } from "./group.js"
import { identities } from "./identity.js"
import { toJson } from "./lib/io.js"
import { poseidon } from "./poseidon.js"

const R = 21888242871839275222246405745257275088548364400416034343698204186575808495617n // order of BN254's G1
const L = 2736030358979909402780800718157159386076813972158567259200215660948447373041n // order of B8
const B8 = [
    5299619240641551281634865583518297030282874472190772894086521144482721001553n,
    16950150798460657717958625567821834550301663161624707787222815936182638968203n,
]
const folder = process.argv[2] ?? fileURLToPath(new URL("../../circuits/vectors/", import.meta.url))
const dependencies = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")).dependencies
const digest = (text) => createHash("sha256").update(`tabella.vectors.${text}`).digest("hex")
const field = (text) => BigInt("0x" + digest(text)) % R
const many = (count, make) => Array.from({ length: count }, (_, i) => make(i))

function save(name, peers, cases) {
    const madeBy = peers.map((peer) => `${peer} ${dependencies[peer]}`)
    const text = toJson({ made_by: madeBy, script: "tests/peers/vectors.js", ...cases }, 1)
    writeFileSync(join(folder, `${name}.json`), text + "\n")
    console.log(`${name}.json`)
}

async function poseidonVectors() {
    const inputs = [["1", "2"], ["0", "0"]]
    for (let n = 1; n <= 16; n++) {
        inputs.push(many(n, () => 0n), many(n, (i) => BigInt(i + 1)), many(n, () => R - 1n))
        inputs.push(many(n, (i) => field(`poseidon.${n}.${i}`)))
    }
    const { hashes } = await poseidon({ inputs })
    save("poseidon", ["circomlibjs"], { cases: inputs.map((list, i) => ({ inputs: list, hash: hashes[i] })) })
}

function identityVectors() {
    const sources = [
        { hex: "" }, { hex: "00" }, { hex: "ff" },
        ...[1, 31, 32, 33, 64, 111, 112, 127, 128, 129, 300].map((bytes) => ({ hex: digest(`key.${bytes}`).repeat(10).slice(0, 2 * bytes) })),
        { hex: "00".repeat(32) }, { hex: "ff".repeat(32) },
        { text: "" }, { text: "a" }, { text: "secret" }, { text: "Grüße, 世界 🗳" }, { text: "x".repeat(200) },
    ]
    const { identities: made } = identities({ identities: sources })
    const cases = made.map((identity, i) => {
        const hex = sources[i].hex ?? Buffer.from(sources[i].text, "utf8").toString("hex")
        return { private_key_hex: hex, ...identity }
    })
    save("identity", ["@semaphore-protocol/identity"], { cases })
}

async function treeVectors() {
    const leaves = many(33, (i) => field(`leaf.${i}`))
    const everyProof = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    const requests = many(33, (i) => {
        const size = i + 1
        const proofs = everyProof.includes(size) ? many(size, (p) => p) : [0, size >> 1, size - 1]
        return { leaves: leaves.slice(0, size), proofs }
    })
    const { groups: trees } = await groups({ groups: requests })
    save("lean-imt", ["@semaphore-protocol/group", "@zk-kit/lean-imt"], { leaves, trees })
}

async function curveVectors() {
    const scalars = [0n, 1n, 2n, 3n, 7n, 8n, 2n ** 32n - 1n, 2n ** 250n, L - 1n, L, L + 1n, 2n ** 251n - 1n, field("scalar.0"), field("scalar.1")]
    const points = (await babyjub({ mul: many(4, (i) => ({ scalar: field(`point.${i}`) })) })).mul
    const generator = [ // circomlib's generator of the whole curve: order 8l, so outside the subgroup
        995203441582195749578291179787384436505546430278305826713579947235728471134n,
        5472060717959818805561601436314318772137091100104008585924551046643952123905n,
    ]
    const special = [[0n, 1n], [0n, R - 1n], B8, generator, ...points]
    const request = {
        mul: [...scalars.map((scalar) => ({ point: B8, scalar })), ...special.map((point, i) => ({ point, scalar: field(`factor.${i}`) }))],
        add: special.flatMap((p) => special.map((q) => [p, q])),
        check: [...special, [0n, 0n], [1n, 1n], [B8[1], B8[0]]],
    }
    const answer = await babyjub(request)
    save("babyjubjub", ["circomlibjs"], {
        mul: request.mul.map((m, i) => ({ ...m, result: answer.mul[i] })),
        add: request.add.map(([p, q], i) => ({ p, q, result: answer.add[i] })),
        check: request.check.map((point, i) => ({ point, on_curve: answer.check[i].onCurve, in_subgroup: answer.check[i].inSubgroup })),
    })
}

async function complianceVectors() {
    save("compliance", ["circomlibjs", "js-sha3"], await compliance({ field, number: (text, bound) => Number(field(text) % BigInt(bound)) }))
}

mkdirSync(folder, { recursive: true })
await poseidonVectors()
identityVectors()
await treeVectors()
await curveVectors()
await complianceVectors()
process.exit(0)
