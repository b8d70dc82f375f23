// {"cases": [{"vk": {..}, "proof": {..}, "inputs": ["1", ..]}, ...]} -> {"verdicts": [true, ...]}, by snarkjs.
import { groth16 } from "snarkjs"
import { serve } from "./lib/io.js"

export async function verify({ cases }) {
    const verdicts = []
    for (const { vk, proof, inputs } of cases) verdicts.push(await groth16.verify(vk, inputs, proof))
    return { verdicts }
}

await serve(import.meta.url, verify)
