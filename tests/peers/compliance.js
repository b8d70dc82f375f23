// The formats of circuits/compliance.md, computed from the page with circomlibjs' Poseidon and js-sha3's Keccak: words, digests and
// commitments of a small data set with a model.
import { buildPoseidon } from "circomlibjs"
import sha3 from "js-sha3"

const many = (count, make) => Array.from({ length: count }, (_, i) => make(i))
const keccak = (bytes) => BigInt("0x" + sha3.keccak256(bytes))
const tag = (text) => keccak(text)
const domain = (text) => tag(text) >> 8n
const word = (x) => Buffer.from(BigInt(x).toString(16).padStart(64, "0"), "hex")
const keccakWords = (words) => keccak(Buffer.concat(words.map(word)))
/** sum of value · 2^shift */
const place = (parts) => parts.reduce((sum, [value, shift]) => sum + (BigInt(value) << BigInt(shift)), 0n)
const chunks = (list, size) => many(Math.ceil(list.length / size), (i) => list.slice(size * i, size * (i + 1)))

/** H*: the first 16 words, then 15 more at a time behind the state. */
function hasher(poseidon) {
    const hash = (words) => poseidon.F.toObject(poseidon(words))
    return (words) => chunks(words.slice(16), 15).reduce((state, next) => hash([state, ...next]), hash(words.slice(0, 16)))
}

function recordWords(r) {
    const first = place([...many(8, (i) => [r.lanes[i], 16 * i]), ...many(14, (j) => [r.lanes[8 + j], 128 + 8 * j])])
    const codes = r.codes.map((code, a) => [code, 18 + 4 * a])
    return [first, place([[r.lanes[22], 0], [r.lanes[23], 8], [Number(r.label), 16], [Number(r.valid), 17], ...codes]), r.salt]
}

function modelWords(m) {
    const six = (list) => chunks(list, 6).map((six) => place(six.map((w, i) => [w + 2n ** 39n, 40 * i])))
    const kinds = m.category.map((kind, i) => [Number(kind), 61 + i])
    const offsets = m.offset.map((offset, i) => [offset, 85 + 7 * i])
    return [...six(m.weights), ...six(m.table.slice(1)), place([[m.bias + 2n ** 60n, 0], ...kinds, ...offsets])]
}

function score(m, r) {
    const weighed = r.lanes.reduce((sum, x, i) => sum + m.weights[i] * BigInt(x), m.bias)
    return r.lanes.reduce((sum, x, i) => sum + (m.category[i] ? m.table[m.offset[i] + x] : 0n), weighed)
}

export async function compliance({ field, number }) {
    const H = hasher(await buildPoseidon())
    const signed = (text, bits) => (field(text) % 2n ** BigInt(bits)) - 2n ** BigInt(bits - 1)
    const groups = [2, 16, 0, 3]
    const records = many(4, (r) => ({
        lanes: many(24, (i) => number(`lane.${r}.${i}`, i < 8 ? 65536 : i < 20 ? 256 : 30)),
        label: r % 2 === 1,
        valid: true,
        codes: groups.map((n, a) => (n > 0 ? number(`code.${r}.${a}`, n) : 0)),
        salt: field(`salt.${r}`),
    }))
    records.push({ lanes: Array(24).fill(0), label: false, valid: false, codes: [0, 0, 0, 0], salt: field("salt.4") })
    const model = {
        weights: many(24, (i) => signed(`weight.${i}`, i < 8 ? 20 : 25)),
        table: [0n, ...many(127, (c) => signed(`cell.${c + 1}`, 36))],
        bias: signed("bias", 61) / 2n ** 30n,
        category: many(24, (i) => i >= 20),
        offset: many(24, (i) => (i >= 20 ? 1 + 30 * (i - 20) : i)),
    }
    const schema = "a canonical schema"
    const body = domain(schema)
    const schemaHash = H([domain("tabella.schema.v1"), body, place(groups.map((n, a) => [n, 5 * a]))])
    const params = H([domain("tabella.model.linear.v1"), ...modelWords(model)])
    const blinding = field("blinding")

    const scores = records.map((r) => score(model, r))
    const cells = Array(256).fill(0)
    for (const [r, record] of records.entries()) {
        if (!record.valid) continue
        for (const [a, g] of record.codes.entries()) cells[4 * (16 * a + g) + 2 * Number(record.label) + Number(scores[r] > 0n)]++
    }
    const countWords = chunks(cells, 10).map((ten) => place(ten.map((n, i) => [n, 24 * i])))
    const commit = (words, blinding) => H([domain("tabella.counts.v1"), ...words, blinding])

    const digests = many(2, (k) => H([domain("tabella.shard.v1") + BigInt(k), ...records.flatMap(recordWords)]))
    const hex = (x) => "0x" + word(x).toString("hex")
    const registry = "0x" + "a1".repeat(20)
    const h = field("h")
    return {
        schema: { canonical: schema, groups, body, hash: schemaHash },
        records: records.map((r) => ({ ...r, words: recordWords(r) })),
        digests,
        root: hex(keccakWords([tag("tabella.data.v1"), schemaHash, 8, 2, ...digests])),
        model: { ...model, words: modelWords(model), params, blinding, commitment: H([domain("tabella.model.v1"), schemaHash, params, blinding]) },
        scores,
        counts: { cells, words: countWords, blinding, commitment: commit(countWords, blinding), empty: commit(Array(26).fill(0n), 0n) },
        context: { chain_id: 31337, registry, engagement: 7, context: keccakWords([tag("tabella.audit.v1"), 31337, BigInt(registry), 7]) >> 8n },
        verdict: { h, words: digests, gamma: keccakWords([tag("tabella.verdict.v1"), h, ...digests]) >> 8n },
    }
}
