// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AuditStatements} from "../../contracts/audit/AuditStatements.sol";
import {Statements} from "../../contracts/voting/Statements.sol";
import {IAuditRegistry} from "../../contracts/audit/interfaces/IAuditRegistry.sol";
import {IModelRegistry} from "../../contracts/audit/interfaces/IModelRegistry.sol";
import {IdealVerifier} from "../support/IdealVerifier.sol";
import {IdealAudit} from "../support/IdealAudit.sol";

/// @notice From shards to an attestation, with verifiers that take a proof for its own statement only.
contract VerdictTest is IdealAudit {
    function setUp() public {
        deployIdeal();
    }

    function test_EmptyIsTheOneOfTheStatements() public pure {
        assertEq(AuditStatements.EMPTY, EMPTY);
        assertLt(EMPTY, R);
    }

    /// @dev With calldata, as the contracts have it.
    function wordsOf(uint256[] calldata counts) external pure returns (uint256[] memory) {
        return AuditStatements.verdictWords(1, 2, 3, 4, counts);
    }

    function checkWords(uint256 gamma, uint256 n) private view {
        uint256[] memory counts = countsOf(1, n);
        uint256[] memory words = this.wordsOf(counts);
        assertEq(words.length, 4 + AuditStatements.MOST_SHARDS);
        for (uint256 i = 0; i < words.length; ++i) {
            assertEq(words[i], i < 4 ? i + 1 : i < 4 + n ? counts[i - 4] : EMPTY);
        }
        assertEq(AuditStatements.verdictFold(gamma, words, n), Statements.fold(gamma, words));
    }

    function test_EveryNumberOfEmptyPlacesIsFilledAndFolded() public view {
        for (uint256 n = 0; n <= AuditStatements.MOST_SHARDS; ++n) {
            checkWords(uint256(keccak256(abi.encode(n))) >> 8, n);
        }
        checkWords(0, 5);
        checkWords(1, 5);
    }

    function testFuzz_EmptyPlacesAreFolded(uint248 gamma, uint256 n) public view {
        checkWords(gamma, bound(n, 0, AuditStatements.MOST_SHARDS));
    }

    function test_PassIsAttestedUntilItExpires() public {
        uint256 id = running(1, 5);
        submitAllShards(id, 1, 5);
        vm.warp(START + 3 days);
        vm.expectEmit();
        emit IAuditRegistry.VerdictAttested(
            id,
            modelId,
            version,
            IAuditRegistry.Verdict.Pass,
            rootOf(SCHEMA, rowsOf(5), digestsOf(1, 5)),
            uint40(START + 3 days),
            uint40(START + 3 days + VALIDITY)
        );
        submit(id, verdictOf(id, 1, 1, 5));
        assertState(id, IAuditRegistry.State.Passed);
        assertTrue(audits.isValid(id));
        assertTrue(audits.validFor(modelId, version));
        assertEq(audits.lastPass(modelId, version), id);
        assertEq(audits.attempts(modelId, version), 1);
        assertEq(audits.openEngagements(modelId), 0);
        IAuditRegistry.Attestation memory a = audits.attestation(id);
        assertEq(uint256(a.verdict), uint256(IAuditRegistry.Verdict.Pass));
        assertEq(a.issuedAt, START + 3 days);
        vm.warp(START + 3 days + VALIDITY - 1);
        assertTrue(audits.isValid(id));
        vm.warp(START + 3 days + VALIDITY);
        assertFalse(audits.isValid(id));
        assertFalse(audits.validFor(modelId, version));
    }

    function test_FailHaltsAndCostsLessThanSilence() public {
        uint256 id = concluded(0, 1, 5);
        assertState(id, IAuditRegistry.State.Failed);
        assertEq(uint256(models.status(modelId)), uint256(IModelRegistry.Status.Halted));
        assertEq(models.slashed(), BOND * FAIL_SHARE / 10_000);
        assertLt(models.slashed(), BOND);
        assertFalse(audits.isValid(id));
        assertEq(audits.openEngagements(modelId), 0);
        models.collectSlashed();
        assertEq(TIMELOCK.balance, 100 ether + BOND * FAIL_SHARE / 10_000);
    }

    function test_InsufficientIsRecordedAndDoesNotStopTheDeadline() public {
        uint256 id = concluded(2, 1, 5);
        assertState(id, IAuditRegistry.State.Running);
        assertEq(uint256(audits.attestation(id).verdict), uint256(IAuditRegistry.Verdict.Insufficient));
        assertFalse(audits.isValid(id));
        assertEq(audits.openEngagements(modelId), 1);
        assertTrue(models.isActive(modelId));
        vm.warp(audits.engagement(id).deadline + 1);
        audits.enforceDeadline(id);
        assertState(id, IAuditRegistry.State.Defaulted);
        assertFalse(models.isActive(modelId));
        assertEq(models.slashed(), BOND);
    }

    function test_Attack30_OneVerdictForAnEngagement() public {
        uint256 id = concluded(2, 1, 5);
        for (uint256 verdict = 0; verdict < 3; ++verdict) {
            IAuditRegistry.VerdictProof memory v = verdictOf(id, verdict, 1, 5);
            refuse(id, v, abi.encodeWithSelector(IAuditRegistry.VerdictAlreadyGiven.selector, id));
        }
        id = concluded(1, 2, 3);
        refuse(
            id,
            verdictOf(id, 1, 2, 3),
            abi.encodeWithSelector(IAuditRegistry.WrongState.selector, id, IAuditRegistry.State.Passed)
        );
    }

    /// @dev Who lost the openings of its counts proves its shards again, with no more time, and the old list is worth nothing.
    function test_ShardsAreSubmittedAgain() public {
        uint256 id = running(1, 5);
        submitAllShards(id, 1, 5);
        uint256 deadline = audits.engagement(id).deadline;
        vm.warp(START + 1 days);
        vm.prank(RIVAL);
        vm.expectRevert(abi.encodeWithSelector(IAuditRegistry.NotTheOwner.selector, id, OWNER, RIVAL));
        audits.restartShards(id);
        vm.expectEmit();
        emit IAuditRegistry.ShardsRestarted(id, 5);
        vm.prank(OWNER);
        audits.restartShards(id);
        assertEq(audits.engagement(id).shards, 0);
        assertEq(audits.engagement(id).deadline, deadline);
        refuse(id, verdictOf(id, 1, 1, 5), abi.encodeWithSelector(IAuditRegistry.WrongNumberOfShards.selector, 0, 5));
        (uint256[] memory digests, uint256[] memory counts) = (digestsOf(1, 5), countsOf(2, 5));
        uint256[8][] memory proofs = shardProofs(id, COMMITMENT, 0, digests, counts);
        vm.prank(OWNER);
        audits.submitShards(id, digests, counts, proofs);
        IAuditRegistry.VerdictProof memory old = verdictOf(id, 1, 1, 5);
        vm.prank(OWNER);
        vm.expectPartialRevert(IAuditRegistry.WrongList.selector);
        audits.submitVerdict(id, old);
        vm.prank(OWNER);
        audits.restartShards(id);
        submitAllShards(id, 1, 5);
        submit(id, verdictOf(id, 2, 1, 5));
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(IAuditRegistry.VerdictAlreadyGiven.selector, id));
        audits.restartShards(id);
    }

    function test_ShardsComeInSeveralBatches() public {
        uint256 id = running(1, 160);
        (uint256[] memory digests, uint256[] memory counts) = (digestsOf(1, 160), countsOf(1, 160));
        for (uint256 first = 0; first < 160; first += 32) {
            uint256[] memory d = part(digests, first, 32);
            uint256[] memory c = part(counts, first, 32);
            uint256[8][] memory proofs = shardProofs(id, COMMITMENT, first, d, c);
            vm.prank(OWNER);
            audits.submitShards(id, d, c, proofs);
            assertEq(audits.engagement(id).shards, first + 32);
        }
        submit(id, verdictOf(id, 1, 1, 160));
        assertTrue(audits.isValid(id));
    }

    function part(uint256[] memory list, uint256 first, uint256 n) private pure returns (uint256[] memory some) {
        some = new uint256[](n);
        for (uint256 i = 0; i < n; ++i) {
            some[i] = list[first + i];
        }
    }
}
