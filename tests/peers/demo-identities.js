// Writes tests/fixtures/semaphore/member-{a,b}.txt: two identities made by Semaphore's own package, as it exports them.
// The private keys are derived from fixed texts, so anyone can repeat this: they are for the demo and never for a real vote.
import { createHash } from "node:crypto"
import { mkdirSync, writeFileSync } from "node:fs"
import { Identity } from "@semaphore-protocol/identity"

const folder = new URL("../fixtures/semaphore/", import.meta.url)
const members = {
    a: new Identity(createHash("sha256").update("Tabella demo, member A. Never use this identity for a real vote.").digest()),
    b: new Identity("Tabella demo, member B. Never use this identity for a real vote."),
}

mkdirSync(folder, { recursive: true })
for (const [name, identity] of Object.entries(members)) {
    writeFileSync(new URL(`member-${name}.txt`, folder), identity.export() + "\n")
    console.log(`member-${name}: commitment ${identity.commitment}`)
}
