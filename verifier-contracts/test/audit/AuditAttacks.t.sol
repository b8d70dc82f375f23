// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AuditRegistry} from "../../contracts/audit/AuditRegistry.sol";
import {DataRegistry} from "../../contracts/audit/DataRegistry.sol";
import {IAuditRegistry} from "../../contracts/audit/interfaces/IAuditRegistry.sol";
import {IdealAudit} from "../support/IdealAudit.sol";
import {IdealVerifier} from "../support/IdealVerifier.sol";

/// @notice Lies about shards, lists, models, policies and places. The verifiers take each proof for its own statement only, so what is
/// refused here is refused because the contract forms every word itself. test/attacks/Audit.t.sol does it with real proofs.
contract AuditAttacksTest is IdealAudit {
    uint256 private constant SEED = 1;
    uint256 private constant N = 5;

    uint256 private id;
    uint256[] private digests;
    uint256[] private counts;

    function setUp() public {
        deployIdeal();
        id = running(SEED, N);
        (digests, counts) = (digestsOf(SEED, N), countsOf(SEED, N));
    }

    function invalid() private pure returns (bytes memory) {
        return abi.encodeWithSelector(IdealVerifier.ProofInvalid.selector);
    }

    function refuseShards(uint256[] memory d, uint256[] memory c, uint256[8][] memory proofs, bytes memory reason)
        private
    {
        vm.prank(OWNER);
        vm.expectRevert(reason);
        audits.submitShards(id, d, c, proofs);
        assertEq(audits.engagement(id).shards, 0);
    }

    function swapped(uint256[] memory list, uint256 i, uint256 j) private pure returns (uint256[] memory) {
        (list[i], list[j]) = (list[j], list[i]);
        return list;
    }

    function wrongList(uint256[] memory d, uint256[] memory c) private view returns (bytes memory) {
        uint256 acc = context(id);
        for (uint256 i = 0; i < d.length; ++i) {
            acc = uint256(keccak256(abi.encode(acc, d[i], c[i]))) >> 8;
        }
        return abi.encodeWithSelector(IAuditRegistry.WrongList.selector, acc, audits.engagement(id).acc);
    }

    // ---- shards

    function test_Attack08_ShardRepeated() public {
        uint256[8][] memory proofs = shardProofs(id, COMMITMENT, 0, digests, counts);
        (uint256[] memory d, uint256[] memory c) = (digests, counts);
        (d[3], c[3], proofs[3]) = (d[2], c[2], proofs[2]);
        refuseShards(d, c, proofs, invalid());
        // A second time after all: there are no more than the data have.
        submitAllShards(id, SEED, N);
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(IAuditRegistry.TooManyShards.selector, 2 * N, N));
        audits.submitShards(id, digests, counts, proofs);
    }

    function test_Attack08_ShardSkipped() public {
        uint256[8][] memory proofs = shardProofs(id, COMMITMENT, 1, tail(digests), tail(counts));
        refuseShards(tail(digests), tail(counts), proofs, invalid());
        // Proven as if it were the one before: its digest then gives another root.
        uint256[8][] memory moved = shardProofs(id, COMMITMENT, 0, tail(digests), tail(counts));
        vm.prank(OWNER);
        audits.submitShards(id, tail(digests), tail(counts), moved);
        IAuditRegistry.VerdictProof memory v = verdictOf(id, 1, SEED, N);
        refuse(id, v, abi.encodeWithSelector(IAuditRegistry.WrongNumberOfShards.selector, N - 1, N));
    }

    function test_Attack08_ShardsReordered() public {
        uint256[8][] memory proofs = shardProofs(id, COMMITMENT, 0, digests, counts);
        (proofs[1], proofs[2]) = (proofs[2], proofs[1]);
        refuseShards(swapped(digests, 1, 2), swapped(counts, 1, 2), proofs, invalid());
    }

    /// @dev The digests of the same data in another order, each proven for its new place, are other data.
    function test_Attack08_ShardsProvenInAnotherOrder() public {
        (uint256[] memory d, uint256[] memory c) = (swapped(digests, 1, 2), swapped(counts, 1, 2));
        uint256[8][] memory proofs = shardProofs(id, COMMITMENT, 0, d, c);
        vm.prank(OWNER);
        audits.submitShards(id, d, c, proofs);
        IAuditRegistry.VerdictProof memory v = verdictOf(id, 1, SEED, N);
        refuse(id, v, wrongList(v.digests, v.counts));
        (v.digests, v.counts) = (d, c);
        refuse(id, v, wrongData(d));
    }

    function wrongData(uint256[] memory d) private view returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IAuditRegistry.WrongData.selector, rootOf(SCHEMA, rowsOf(N), d), data.data(id).dataRoot
            );
    }

    function test_Attack08_ShardOfAnotherDataSet() public {
        (uint256[] memory d, uint256[] memory c) = (digests, counts);
        d[4] = digestsOf(2, N)[4];
        uint256[8][] memory proofs = shardProofs(id, COMMITMENT, 0, d, c);
        vm.prank(OWNER);
        audits.submitShards(id, d, c, proofs);
        IAuditRegistry.VerdictProof memory v = verdictOf(id, 1, SEED, N);
        v.digests = d;
        refuse(id, v, wrongData(d));
    }

    function test_Attack08_ShardOfAnotherEngagement() public {
        uint256 other = running(2, N);
        uint256[8][] memory proofs = shardProofs(other, COMMITMENT, 0, digests, counts);
        refuseShards(digests, counts, proofs, invalid());
    }

    function test_Attack08_UnequalAndEmptyLists() public {
        uint256[8][] memory proofs = shardProofs(id, COMMITMENT, 0, digests, counts);
        refuseShards(digests, tail(counts), proofs, unequal(5, 4, 5));
        refuseShards(tail(digests), counts, proofs, unequal(4, 5, 5));
        refuseShards(digests, counts, new uint256[8][](4), unequal(5, 5, 4));
        refuseShards(new uint256[](0), new uint256[](0), new uint256[8][](0), unequal(0, 0, 0));
    }

    function unequal(uint256 a, uint256 b, uint256 c) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAuditRegistry.UnequalLists.selector, a, b, c);
    }

    function tail(uint256[] memory list) private pure returns (uint256[] memory rest) {
        rest = new uint256[](list.length - 1);
        for (uint256 i = 0; i < rest.length; ++i) {
            rest[i] = list[i + 1];
        }
    }

    // ---- verdict

    /// @dev A verdict over counts that are not the verified ones, though everything else is.
    function test_Attack08_VerdictOverAnotherList() public {
        submitAllShards(id, SEED, N);
        IAuditRegistry.VerdictProof memory v = verdictOf(id, 1, 2, N);
        refuse(id, v, wrongList(v.digests, v.counts));
        // The verified list in the call, the other one in the proof.
        (v.digests, v.counts) = (digests, counts);
        refuse(id, v, invalid());
        (v.digests, v.counts) = (digests, countsOf(2, N));
        refuse(id, v, wrongList(v.digests, v.counts));
    }

    function test_Attack08_VerdictBeforeAllShards() public {
        IAuditRegistry.VerdictProof memory v = verdictOf(id, 1, SEED, N);
        refuse(id, v, abi.encodeWithSelector(IAuditRegistry.WrongNumberOfShards.selector, 0, N));
        submitAllShards(id, SEED, N);
        (v.digests, v.counts) = (tail(digests), tail(counts));
        refuse(id, v, abi.encodeWithSelector(IAuditRegistry.WrongNumberOfShards.selector, N - 1, N));
        (v.digests, v.counts) = (digests, tail(counts));
        refuse(id, v, abi.encodeWithSelector(IAuditRegistry.WrongNumberOfShards.selector, N - 1, N));
    }

    /// @dev Every word of the fold is the contract's: a proof of other words is refused, be it of context, model, rows, verdict
    /// or a commitment.
    function test_Attack10_EveryWordIsTheContracts() public {
        submitAllShards(id, SEED, N);
        uint256[11] memory policy = policyWords(SCHEMA);
        uint256 c = context(id);
        refuse(id, verdictFor(context(id + 1), COMMITMENT, policy, 1, SEED, N), invalid());
        refuse(id, verdictFor(c, COMMITMENT + 1, policy, 1, SEED, N), invalid());
        IAuditRegistry.VerdictProof memory v = verdictFor(c, COMMITMENT, policy, 2, SEED, N);
        v.verdict = 1;
        refuse(id, v, invalid());
        v = verdictFor(c, COMMITMENT, policy, 1, SEED, N);
        v.h = addmod(v.h, 1, R);
        refuse(id, v, invalid());
        v = verdictFor(c, COMMITMENT, policy, 1, SEED, N - 1);
        (v.digests, v.counts) = (digests, counts);
        refuse(id, v, invalid());
        v = verdictFor(c, COMMITMENT, policy, 3, SEED, N);
        refuse(id, v, abi.encodeWithSelector(IAuditRegistry.VerdictUnknown.selector, 3));
    }

    /// @dev A policy of one's own: every word of it is in the point that the registry stored.
    function test_Attack10_PolicySwappedAtSubmission() public {
        submitAllShards(id, SEED, N);
        for (uint256 i = 0; i < 11; ++i) {
            uint256[11] memory policy = policyWords(SCHEMA);
            policy[i] ^= 1;
            refuse(id, verdictFor(context(id), COMMITMENT, policy, 1, SEED, N), invalid());
        }
        // A lax policy that the DAO adopted for something else.
        uint256 lax = adopt(SCHEMA);
        assertGt(lax, version);
        submit(id, verdictOf(id, 1, SEED, N));
        assertEq(audits.attestation(id).policyVersion, version);
    }

    /// @dev The model is a constant of the engagement: no shard, and not the verdict, can be of another one.
    function test_Attack10_ModelSwappedBetweenShards() public {
        uint256[8][] memory proofs = shardProofs(id, COMMITMENT, 0, digests, counts);
        proofs[3] = shardProof(context(id), COMMITMENT + 1, digests[3], 3, counts[3]);
        refuseShards(digests, counts, proofs, invalid());
        submitAllShards(id, SEED, N);
        refuse(id, verdictFor(context(id), COMMITMENT + 1, policyWords(SCHEMA), 1, SEED, N), invalid());
    }

    // ---- replay

    function test_Attack26_ReplayInAnotherEngagement() public {
        submitAllShards(id, SEED, N);
        IAuditRegistry.VerdictProof memory v = verdictOf(id, 1, SEED, N);
        submit(id, v);
        uint256 next = running(2, N);
        uint256[8][] memory proofs = shardProofs(id, COMMITMENT, 0, digests, counts);
        vm.startPrank(OWNER);
        vm.expectRevert(invalid());
        audits.submitShards(next, digests, counts, proofs);
        vm.stopPrank();
        submitAllShards(next, 2, N);
        vm.prank(OWNER);
        vm.expectPartialRevert(IAuditRegistry.WrongList.selector);
        audits.submitVerdict(next, v);
    }

    function test_Attack26_ReplayForAnotherModel() public {
        submitAllShards(id, SEED, N);
        uint256 rivals = registerModel(RIVAL, 0xbad);
        uint256 other = open(RIVAL, rivals, version);
        registerData(other, rootOf(SCHEMA, rowsOf(N), digestsOf(7, N)), rowsOf(N), N, SCHEMA);
        uint256[8][] memory proofs = shardProofs(id, COMMITMENT, 0, digests, counts);
        vm.prank(RIVAL);
        vm.expectRevert(invalid());
        audits.submitShards(other, digests, counts, proofs);
    }

    /// @dev On a fork the context is another one, for shards that were verified before it as well.
    function test_Attack26_ReplayOnAFork() public {
        submitAllShards(id, SEED, N);
        IAuditRegistry.VerdictProof memory v = verdictOf(id, 1, SEED, N);
        vm.chainId(CHAIN_ID + 1);
        vm.prank(OWNER);
        vm.expectPartialRevert(IAuditRegistry.WrongList.selector);
        audits.submitVerdict(id, v);
        vm.chainId(CHAIN_ID);
        submit(id, v);
    }

    function test_Attack26_ReplayInAnotherRegistry() public {
        uint256[8][] memory proofs = shardProofs(id, COMMITMENT, 0, digests, counts);
        DataRegistry otherData = new DataRegistry(address(manager), policies);
        AuditRegistry twin = new AuditRegistry(address(manager), models, policies, otherData, shardVerifier, FAIL_SHARE);
        vm.prank(TIMELOCK);
        otherData.setAuditRegistry(address(twin));
        vm.prank(OWNER);
        assertEq(twin.openEngagement(modelId, version), id);
        vm.prank(address(otherData));
        twin.noteData(id, rowsOf(N), N);
        vm.prank(OWNER);
        vm.expectRevert(invalid());
        twin.submitShards(id, digests, counts, proofs);
    }

    /// @dev Whatever is sent as a proof and a list: without the one proof nothing is attested.
    function testFuzz_Attack10_NothingIsAttestedWithoutItsProof(uint256 word, uint256 verdict, uint256 salt) public {
        submitAllShards(id, SEED, N);
        IAuditRegistry.VerdictProof memory v = verdictOf(id, verdict % 3, SEED, N);
        v.proof[0] ^= word == 0 ? 1 : word;
        refuse(id, v, invalid());
        v = verdictOf(id, verdict % 3, SEED, N);
        v.counts[salt % N] ^= 1 + salt % 1000;
        vm.prank(OWNER);
        vm.expectPartialRevert(IAuditRegistry.WrongList.selector);
        audits.submitVerdict(id, v);
        assertFalse(audits.isValid(id));
    }
}
