// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {AuditRegistry} from "../../contracts/audit/AuditRegistry.sol";
import {Circuits} from "../../contracts/audit/Circuits.sol";
import {IAuditRegistry} from "../../contracts/audit/interfaces/IAuditRegistry.sol";
import {IDataRegistry} from "../../contracts/audit/interfaces/IDataRegistry.sol";
import {IModelRegistry} from "../../contracts/audit/interfaces/IModelRegistry.sol";
import {IPolicyRegistry} from "../../contracts/audit/interfaces/IPolicyRegistry.sol";
import {IFoldedVerifier} from "../../contracts/voting/interfaces/IVerifiers.sol";
import {IdealAudit} from "../support/IdealAudit.sol";
import {IdealVerifier} from "../support/IdealVerifier.sol";

/// @notice Who opens engagements, what runs when, and what ends them.
contract EngagementTest is IdealAudit {
    uint256 private id;

    function setUp() public {
        deployIdeal();
        id = open(OWNER, modelId, version);
    }

    function unauthorized(address account) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, account);
    }

    function wrongState(IAuditRegistry.State state) private view returns (bytes memory) {
        return abi.encodeWithSelector(IAuditRegistry.WrongState.selector, id, state);
    }

    function withData() private {
        registerData(id, keccak256("root"), 1000, 5, SCHEMA);
    }

    function test_Opened() public {
        IAuditRegistry.Engagement memory e = audits.engagement(id);
        assertEq(e.modelId, modelId);
        assertEq(e.policyVersion, version);
        assertEq(e.owner, OWNER);
        assertEq(e.context, context(id));
        assertEq(e.acc, context(id));
        assertEq(e.dataBy, START + DATA_PERIOD);
        assertEq(e.start + e.deadline, 0);
        uint256[] memory constants = new uint256[](2);
        (constants[0], constants[1]) = (context(id), COMMITMENT);
        assertEq(e.point[0], shardVerifier.foldConstants(constants)[0]);
        assertEq(audits.openEngagements(modelId), 1);
        assertState(id, IAuditRegistry.State.AwaitingData);
        vm.expectRevert(abi.encodeWithSelector(IAuditRegistry.UnknownEngagement.selector, 2));
        audits.engagement(2);
        vm.expectRevert(abi.encodeWithSelector(IAuditRegistry.UnknownAttestation.selector, id));
        audits.attestation(id);
        assertFalse(audits.isValid(id));
        assertFalse(audits.isValid(0));
    }

    function test_Attack31_OnlyOwnerAndOpenerOpen() public {
        assertEq(open(OPENER, modelId, version), 2);
        assertEq(audits.engagement(2).owner, OWNER);
        address[3] memory others = [STRANGER, RIVAL, GUARDIAN];
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectRevert(unauthorized(others[i]));
            open(others[i], modelId, version);
        }
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownModel.selector, 9));
        open(OPENER, 9, version);
        vm.expectRevert(abi.encodeWithSelector(IPolicyRegistry.UnknownPolicy.selector, 9));
        open(OWNER, modelId, 9);
    }

    function test_Attack28_WithoutDataItLapsesAndNobodyIsHalted() public {
        vm.warp(START + DATA_PERIOD);
        vm.expectRevert(
            abi.encodeWithSelector(IAuditRegistry.DataStillDue.selector, START + DATA_PERIOD, START + DATA_PERIOD)
        );
        audits.lapse(id);
        vm.warp(START + DATA_PERIOD + 1);
        vm.expectEmit();
        emit IAuditRegistry.EngagementLapsed(id, STRANGER);
        vm.prank(STRANGER);
        audits.lapse(id);
        assertState(id, IAuditRegistry.State.Lapsed);
        assertTrue(models.isActive(modelId));
        assertEq(audits.openEngagements(modelId), 0);
        vm.expectRevert(wrongState(IAuditRegistry.State.Lapsed));
        audits.lapse(id);
        vm.warp(START + 365 days);
        vm.expectRevert(wrongState(IAuditRegistry.State.Lapsed));
        audits.enforceDeadline(id);
    }

    function test_Attack28_SilenceCountsAsAcknowledgement() public {
        withData();
        uint256 start = START + ACK_PERIOD;
        assertEq(audits.engagement(id).start, start);
        assertEq(audits.engagement(id).deadline, start + AUDIT_PERIOD);
        vm.warp(start);
        vm.startPrank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(IAuditRegistry.ClockRuns.selector, start, start));
        audits.acknowledge(id);
        vm.expectRevert(abi.encodeWithSelector(IAuditRegistry.ClockRuns.selector, start, start));
        audits.objectToData(id, "late");
        vm.stopPrank();
        enforceAt(start + AUDIT_PERIOD);
    }

    function test_Attack28_AcknowledgementStartsTheClock() public {
        withData();
        vm.warp(START + 100);
        vm.expectEmit();
        emit IAuditRegistry.Acknowledged(id, uint40(START + 100 + AUDIT_PERIOD));
        vm.prank(OWNER);
        audits.acknowledge(id);
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(IAuditRegistry.ClockRuns.selector, START + 100, START + 100));
        audits.objectToData(id, "");
        enforceAt(START + 100 + AUDIT_PERIOD);
    }

    function enforceAt(uint256 deadline) private {
        vm.warp(deadline);
        vm.expectRevert(abi.encodeWithSelector(IAuditRegistry.DeadlineNotPassed.selector, deadline, deadline));
        audits.enforceDeadline(id);
        vm.warp(deadline + 1);
        vm.expectEmit();
        emit IAuditRegistry.DeadlineEnforced(id, modelId, STRANGER);
        vm.prank(STRANGER);
        audits.enforceDeadline(id);
        assertState(id, IAuditRegistry.State.Defaulted);
        assertEq(uint256(models.status(modelId)), uint256(IModelRegistry.Status.Halted));
        assertEq(models.slashed(), BOND);
        assertEq(audits.openEngagements(modelId), 0);
        vm.expectRevert(wrongState(IAuditRegistry.State.Defaulted));
        audits.enforceDeadline(id);
    }

    function test_Attack28_AnObjectionWaitsForTheTimelock() public {
        withData();
        vm.prank(OWNER);
        audits.objectToData(id, "nothing arrived");
        assertState(id, IAuditRegistry.State.Objected);
        assertEq(audits.engagement(id).deadline, 0);
        vm.warp(START + 365 days);
        vm.expectRevert(wrongState(IAuditRegistry.State.Objected));
        audits.enforceDeadline(id);
        vm.expectRevert(wrongState(IAuditRegistry.State.Objected));
        audits.lapse(id);
        uint256[8][] memory proofs = shardProofs(id, COMMITMENT, 0, digestsOf(1, 5), countsOf(1, 5));
        vm.prank(OWNER);
        vm.expectRevert(wrongState(IAuditRegistry.State.Objected));
        audits.submitShards(id, digestsOf(1, 5), countsOf(1, 5), proofs);
        vm.prank(STRANGER);
        vm.expectRevert(unauthorized(STRANGER));
        audits.resolve(id, true);
        vm.prank(OWNER);
        vm.expectRevert(unauthorized(OWNER));
        audits.resolve(id, false);
        vm.prank(TIMELOCK);
        audits.resolve(id, false);
        assertState(id, IAuditRegistry.State.Running);
        enforceAt(START + 365 days + AUDIT_PERIOD);
    }

    function test_TheTimelockDismisses() public {
        vm.startPrank(TIMELOCK);
        vm.expectRevert(wrongState(IAuditRegistry.State.AwaitingData));
        audits.resolve(id, false);
        audits.resolve(id, true);
        assertState(id, IAuditRegistry.State.Lapsed);
        vm.expectRevert(wrongState(IAuditRegistry.State.Lapsed));
        audits.resolve(id, true);
        vm.stopPrank();
        id = open(OWNER, modelId, version);
        withData();
        vm.prank(OWNER);
        audits.objectToData(id, "");
        vm.prank(TIMELOCK);
        audits.resolve(id, true);
        assertState(id, IAuditRegistry.State.Lapsed);
        assertEq(audits.openEngagements(modelId), 0);
    }

    function test_OnlyTheOwnerAnswers() public {
        withData();
        bytes memory reason = abi.encodeWithSelector(IAuditRegistry.NotTheOwner.selector, id, OWNER, RIVAL);
        uint256[8][] memory proofs = shardProofs(id, COMMITMENT, 0, digestsOf(1, 5), countsOf(1, 5));
        vm.startPrank(RIVAL);
        vm.expectRevert(reason);
        audits.acknowledge(id);
        vm.expectRevert(reason);
        audits.objectToData(id, "");
        vm.expectRevert(reason);
        audits.submitShards(id, digestsOf(1, 5), countsOf(1, 5), proofs);
        vm.stopPrank();
        IAuditRegistry.VerdictProof memory v = verdictOf(id, 1, 1, 5);
        vm.prank(RIVAL);
        vm.expectRevert(reason);
        audits.submitVerdict(id, v);
        vm.prank(RIVAL);
        vm.expectRevert(abi.encodeWithSelector(IAuditRegistry.NotTheDataRegistry.selector, RIVAL));
        audits.noteData(id, 1000, 5);
    }

    function test_FirstShardsAcknowledge() public {
        id = running(1, 5);
        submitAllShards(id, 1, 5);
        assertEq(audits.engagement(id).start, START);
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(IAuditRegistry.ClockRuns.selector, START, START));
        audits.objectToData(id, "after a look at the result");
    }

    function test_Attack28_NothingIsTakenAfterTheDeadline() public {
        id = running(1, 5);
        submitAllShards(id, 1, 5);
        uint256 deadline = audits.engagement(id).deadline;
        IAuditRegistry.VerdictProof memory v = verdictOf(id, 1, 1, 5);
        vm.warp(deadline + 1);
        refuse(id, v, abi.encodeWithSelector(IAuditRegistry.DeadlinePassed.selector, deadline, deadline + 1));
        vm.warp(deadline);
        submit(id, v);
        vm.warp(deadline + 1);
        vm.expectRevert(wrongState(IAuditRegistry.State.Passed));
        audits.enforceDeadline(id);
    }

    /// @dev A pass does not raise a status that someone lowered.
    function test_Attack31_APassDoesNotRestore() public {
        id = running(1, 5);
        submitAllShards(id, 1, 5);
        vm.prank(GUARDIAN);
        models.halt(modelId, "");
        submit(id, verdictOf(id, 1, 1, 5));
        assertTrue(audits.isValid(id));
        assertEq(uint256(models.status(modelId)), uint256(IModelRegistry.Status.Halted));
        assertFalse(audits.validFor(modelId, version));
    }

    function test_TheTimelockRevokesAnAttestation() public {
        id = concluded(1, 1, 5);
        vm.prank(GUARDIAN);
        vm.expectRevert(unauthorized(GUARDIAN));
        audits.revokeAttestation(id, "");
        vm.startPrank(TIMELOCK);
        vm.expectEmit();
        emit IAuditRegistry.AttestationRevoked(id, "collusion");
        audits.revokeAttestation(id, "collusion");
        assertFalse(audits.isValid(id));
        assertEq(audits.attestation(id).revokedAt, START);
        vm.expectRevert(abi.encodeWithSelector(IAuditRegistry.AttestationAlreadyRevoked.selector, id, START));
        audits.revokeAttestation(id, "");
        vm.expectRevert(abi.encodeWithSelector(IAuditRegistry.UnknownAttestation.selector, 9));
        audits.revokeAttestation(9, "");
    }

    function test_Attack15_ShardVerifierOfAnotherCircuit() public {
        refuseVerifier("shard-linear-r410", 1);
        refuseVerifier("shard-linear-r205", 2);
        refuseVerifier("verdict-s160", 1);
        vm.expectRevert(abi.encodeWithSelector(Circuits.NotAContract.selector, STRANGER));
        make(IFoldedVerifier(STRANGER), FAIL_SHARE);
    }

    function refuseVerifier(string memory circuit, uint256 number) private {
        IdealVerifier wrong = new IdealVerifier(circuit, number);
        vm.expectRevert(abi.encodeWithSelector(Circuits.WrongCircuit.selector, address(wrong), circuit, number));
        make(wrong, FAIL_SHARE);
    }

    function test_SilenceCostsMoreThanAFail() public {
        vm.expectRevert(abi.encodeWithSelector(IAuditRegistry.FailShareOutOfRange.selector, 10_000));
        make(shardVerifier, 10_000);
        vm.expectRevert(abi.encodeWithSelector(IAuditRegistry.FailShareOutOfRange.selector, 0));
        make(shardVerifier, 0);
        vm.expectRevert(abi.encodeWithSelector(Circuits.NotAContract.selector, STRANGER));
        new AuditRegistry(address(manager), IModelRegistry(STRANGER), policies, data, shardVerifier, 1);
        vm.expectRevert(abi.encodeWithSelector(Circuits.NotAContract.selector, STRANGER));
        new AuditRegistry(address(manager), models, policies, IDataRegistry(STRANGER), shardVerifier, 1);
    }

    function make(IFoldedVerifier verifier, uint256 share) private returns (AuditRegistry) {
        return new AuditRegistry(address(manager), models, policies, data, verifier, share);
    }
}
