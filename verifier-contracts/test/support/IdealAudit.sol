// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IAuditRegistry} from "../../contracts/audit/interfaces/IAuditRegistry.sol";
import {AuditFixture} from "./AuditFixture.sol";

/// @notice Audits whose "proofs" the ideal verifiers take for the one statement that they were made for. The statement page's words and
/// hashes are written out here once more, so a contract that forms others is refused.
abstract contract IdealAudit is AuditFixture {
    uint256 internal constant SCHEMA = 0x5c4e;
    uint256 internal constant EMPTY = 0x14bb5534ff7d79b3ee5b32f28ea4505ff9bc32a7f63ab05c0cb57b626ceb4a3b;
    uint256 internal constant COMMITMENT = 0xc0de;

    uint256 internal version;
    uint256 internal modelId;

    function deployIdeal() internal {
        deployAudit();
        version = adopt(SCHEMA);
        modelId = registerModel(OWNER, COMMITMENT);
    }

    /// @dev Digests and counts of n made-up shards of a data set.
    function listOf(string memory what, uint256 seed, uint256 n) internal pure returns (uint256[] memory list) {
        list = new uint256[](n);
        for (uint256 i = 0; i < n; ++i) {
            list[i] = uint256(keccak256(abi.encode(what, seed, i))) >> 8;
        }
    }

    function digestsOf(uint256 seed, uint256 n) internal pure returns (uint256[] memory) {
        return listOf("digest", seed, n);
    }

    function countsOf(uint256 seed, uint256 n) internal pure returns (uint256[] memory) {
        return listOf("counts", seed, n);
    }

    /// @dev Rows of n shards of which the last holds seven records.
    function rowsOf(uint256 n) internal pure returns (uint256) {
        return ROWS_PER_SHARD * (n - 1) + 7;
    }

    /// @dev Opened by the owner, with data of n shards.
    function running(uint256 seed, uint256 n) internal returns (uint256 id) {
        id = open(OWNER, modelId, version);
        registerData(id, rootOf(SCHEMA, rowsOf(n), digestsOf(seed, n)), rowsOf(n), n, SCHEMA);
    }

    function context(uint256 id) internal view returns (uint256) {
        return uint256(keccak256(abi.encode(keccak256("tabella.audit.v1"), CHAIN_ID, address(audits), id))) >> 8;
    }

    /// @dev The proof of one shard, by someone who holds the model.
    function shardProof(uint256 context_, uint256 commitment, uint256 digest, uint256 index, uint256 counts)
        internal
        view
        returns (uint256[8] memory proof)
    {
        uint256[] memory constants = new uint256[](2);
        (constants[0], constants[1]) = (context_, commitment);
        proof[0] = uint256(keccak256(abi.encode(shardVerifier.foldConstants(constants), [digest, index, counts])));
    }

    /// @dev Proofs of the shards from `first` on.
    function shardProofs(
        uint256 id,
        uint256 commitment,
        uint256 first,
        uint256[] memory digests,
        uint256[] memory counts
    ) internal view returns (uint256[8][] memory proofs) {
        proofs = new uint256[8][](digests.length);
        for (uint256 i = 0; i < digests.length; ++i) {
            proofs[i] = shardProof(context(id), commitment, digests[i], first + i, counts[i]);
        }
    }

    function submitAllShards(uint256 id, uint256 seed, uint256 n) internal {
        (uint256[] memory digests, uint256[] memory counts) = (digestsOf(seed, n), countsOf(seed, n));
        uint256[8][] memory proofs = shardProofs(id, COMMITMENT, 0, digests, counts);
        vm.prank(OWNER);
        audits.submitShards(id, digests, counts, proofs);
    }

    /// @dev A verdict of n shards and its proof, for any words.
    function verdictFor(
        uint256 context_,
        uint256 commitment,
        uint256[11] memory policy,
        uint256 verdict,
        uint256 seed,
        uint256 n
    ) internal view returns (IAuditRegistry.VerdictProof memory v) {
        (v.verdict, v.digests, v.counts) = (verdict, digestsOf(seed, n), countsOf(seed, n));
        uint256[] memory words = new uint256[](164);
        (words[0], words[1], words[2], words[3]) = (context_, commitment, rowsOf(n), verdict);
        for (uint256 k = 0; k < 160; ++k) {
            words[4 + k] = k < n ? v.counts[k] : EMPTY;
        }
        v.h = uint256(keccak256(abi.encodePacked(words))) >> 8;
        uint256 gamma = uint256(keccak256(abi.encodePacked(keccak256("tabella.verdict.v1"), v.h, words))) >> 8;
        uint256 e = 0;
        for (uint256 k = words.length; k > 0; --k) {
            e = addmod(mulmod(e, gamma, R), words[k - 1], R);
        }
        uint256[] memory constants = new uint256[](11);
        for (uint256 i = 0; i < 11; ++i) {
            constants[i] = policy[i];
        }
        uint256[2] memory point = verdictVerifier.foldConstants(constants);
        v.proof[0] = uint256(keccak256(abi.encode(point, [v.h, gamma, e])));
    }

    /// @dev The verdict of this model and policy.
    function verdictOf(uint256 id, uint256 verdict, uint256 seed, uint256 n)
        internal
        view
        returns (IAuditRegistry.VerdictProof memory)
    {
        return verdictFor(context(id), COMMITMENT, policyWords(SCHEMA), verdict, seed, n);
    }

    function submit(uint256 id, IAuditRegistry.VerdictProof memory v) internal {
        vm.prank(OWNER);
        audits.submitVerdict(id, v);
    }

    function refuse(uint256 id, IAuditRegistry.VerdictProof memory v, bytes memory reason) internal {
        vm.prank(OWNER);
        vm.expectRevert(reason);
        audits.submitVerdict(id, v);
    }

    /// @dev An engagement with its verdict.
    function concluded(uint256 verdict, uint256 seed, uint256 n) internal returns (uint256 id) {
        id = running(seed, n);
        submitAllShards(id, seed, n);
        submit(id, verdictOf(id, verdict, seed, n));
    }
}
