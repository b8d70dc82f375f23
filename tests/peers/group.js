// {"groups": [{"leaves": [..], "proofs": [index, ..]}, ...]}
//   -> {"groups": [{"size", "depth", "root", "proofs": [{"leaf", "position", "index", "siblings", "root"}]}, ...]}
// by @semaphore-protocol/group and, separately, by @zk-kit/lean-imt over circomlibjs's Poseidon. `index` packs only the
// levels that have a sibling; `position` is the leaf's place in the tree. A leaf 0 is a removed member.
import { Group } from "@semaphore-protocol/group"
import { LeanIMT } from "@zk-kit/lean-imt"
import { buildPoseidon } from "circomlibjs"
import { serve } from "./lib/io.js"

function semaphoreGroup(leaves) {
    const group = new Group()
    leaves.forEach((leaf, position) => {
        group.addMember(leaf === 0n ? 1n : leaf) // Semaphore refuses 0 on entry: admit, then remove
        if (leaf === 0n) group.removeMember(position)
    })
    return group
}

export async function groups({ groups: requests }) {
    const poseidon = await buildPoseidon()
    const hash = (left, right) => poseidon.F.toObject(poseidon([left, right]))
    const answers = requests.map(({ leaves: list, proofs = [] }) => {
        const leaves = list.map(BigInt)
        const group = semaphoreGroup(leaves)
        const tree = new LeanIMT(hash, leaves)
        if (group.root !== (tree.root ?? 0n)) throw new Error("@semaphore-protocol/group and @zk-kit/lean-imt disagree")
        const answered = proofs.map((position) => {
            const { root, leaf, index, siblings } = group.generateMerkleProof(position)
            if (!tree.verifyProof({ root, leaf, index, siblings })) throw new Error("@zk-kit/lean-imt refuses Semaphore's proof")
            return { leaf, position, index, siblings, root }
        })
        return { size: group.size, depth: group.depth, root: group.root, proofs: answered }
    })
    return { groups: answers }
}

await serve(import.meta.url, groups)
