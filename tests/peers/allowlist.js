// {"values": [["0x..", "weight"], ..]} -> {"root", "dump", "proofs": [[..], ..]} by @openzeppelin/merkle-tree, leaves
// (address, uint32); with {"load": text} instead, the root of a dumped tree after the package's own check of it.
import { StandardMerkleTree } from "@openzeppelin/merkle-tree"
import { serve } from "./lib/io.js"

export function allowlist({ values, load }) {
    const tree = load === undefined ? StandardMerkleTree.of(values, ["address", "uint32"]) : StandardMerkleTree.load(JSON.parse(load))
    tree.validate()
    const proofs = [...tree.entries()].map(([i]) => tree.getProof(i))
    return { root: tree.root, dump: JSON.stringify(tree.dump()), proofs }
}

await serve(import.meta.url, allowlist)
