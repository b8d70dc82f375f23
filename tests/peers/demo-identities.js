// Writes tests/fixtures/semaphore/member-{a,b}.txt: two identities made by Semaphore's own package, as it exports them (or into
// another folder: node demo-identities.js DIR).
// The private keys are derived from fixed texts, so anyone can repeat this: they are for the demo and never for a real vote.
import { createHash } from "node:crypto"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Identity } from "@semaphore-protocol/identity"

const folder = process.argv[2] ?? fileURLToPath(new URL("../fixtures/semaphore/", import.meta.url))
const members = {
    a: new Identity(createHash("sha256").update("Tabella demo, member A. Never use this identity for a real vote.").digest()),
    b: new Identity("Tabella demo member B: no secret"), // 32 bytes, as Semaphore's random keys are
}

mkdirSync(folder, { recursive: true })
for (const [name, identity] of Object.entries(members)) {
    writeFileSync(join(folder, `member-${name}.txt`), identity.export() + "\n")
    console.log(`member-${name}: commitment ${identity.commitment}`)
}
