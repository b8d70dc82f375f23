// {"identities": [{"hex": "00ff.."} | {"text": "my key"} | {"export": "base64"}, ...]}
//   -> {"identities": [{"export", "secretScalar", "publicKey": [x, y], "commitment"}, ...]}, by @semaphore-protocol/identity.
import { Identity } from "@semaphore-protocol/identity"
import { serve } from "./lib/io.js"

function build(source) {
    if (source.hex !== undefined) return new Identity(Buffer.from(source.hex, "hex"))
    if (source.text !== undefined) return new Identity(source.text)
    if (source.export !== undefined) return Identity.import(source.export)
    throw new Error(`an identity is {hex}, {text} or {export}, not ${JSON.stringify(source)}`)
}

export function identities({ identities: sources }) {
    const made = sources.map((source) => {
        const identity = build(source)
        const { secretScalar, publicKey, commitment } = identity
        return { export: identity.export(), secretScalar, publicKey, commitment }
    })
    return { identities: made }
}

await serve(import.meta.url, identities)
