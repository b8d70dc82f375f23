// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {MilestoneTreasury} from "../../contracts/audit/MilestoneTreasury.sol";
import {IAuditRegistry} from "../../contracts/audit/interfaces/IAuditRegistry.sol";
import {IMilestoneTreasury} from "../../contracts/audit/interfaces/IMilestoneTreasury.sol";
import {IModelRegistry} from "../../contracts/audit/interfaces/IModelRegistry.sol";
import {IPolicyRegistry} from "../../contracts/audit/interfaces/IPolicyRegistry.sol";
import {FeeToken, PlainToken, ReentrantPayee, ReentrantToken} from "../support/HostileTokens.sol";
import {IdealAudit} from "../support/IdealAudit.sol";

/// @notice Who is paid, when, and when the money goes back.
contract MilestoneTreasuryTest is IdealAudit {
    uint256 private constant AMOUNT = 3 ether;
    uint40 private constant DEADLINE = uint40(START + 200 days);

    PlainToken private token;
    uint256 private seeds;

    function setUp() public {
        deployIdeal();
        token = new PlainToken();
        token.mint(STRANGER, 1000);
        vm.deal(STRANGER, 10 ether);
    }

    function milestone() private returns (uint256) {
        return milestoneFor(PAYEE);
    }

    function milestoneFor(address payee) private returns (uint256) {
        vm.prank(TIMELOCK);
        return treasury.create{value: AMOUNT}(modelId, version, payee, address(0), AMOUNT, DEADLINE);
    }

    function pass() private returns (uint256) {
        vm.warp(block.timestamp + 1);
        return concluded(1, ++seeds, 2);
    }

    function refuseRelease(uint256 id, uint256 attestation, bytes memory reason) private {
        vm.expectRevert(reason);
        treasury.release(id, attestation);
        assertEq(uint256(treasury.milestone(id).state), uint256(IMilestoneTreasury.State.Open));
    }

    function invalid(uint256 attestation) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IMilestoneTreasury.AttestationNotValid.selector, attestation);
    }

    function notActive(IModelRegistry.Status status) private view returns (bytes memory) {
        return abi.encodeWithSelector(IMilestoneTreasury.ModelNotActive.selector, modelId, status);
    }

    function test_APassReleases() public {
        uint256 id = milestone();
        uint256 attestation = pass();
        vm.expectEmit();
        emit IMilestoneTreasury.MilestoneReleased(id, attestation, PAYEE, AMOUNT);
        vm.prank(STRANGER);
        treasury.release(id, attestation);
        assertEq(PAYEE.balance, AMOUNT);
        assertEq(address(treasury).balance, 0);
    }

    function test_Attack30_DoubleRelease() public {
        uint256 id = milestone();
        milestone();
        uint256 attestation = pass();
        treasury.release(id, attestation);
        bytes memory closed =
            abi.encodeWithSelector(IMilestoneTreasury.MilestoneClosed.selector, id, IMilestoneTreasury.State.Released);
        vm.expectRevert(closed);
        treasury.release(id, attestation);
        vm.warp(uint256(DEADLINE) + 1);
        vm.expectRevert(closed);
        treasury.clawBack(id);
        vm.deal(STRANGER, AMOUNT);
        vm.prank(STRANGER);
        vm.expectRevert(closed);
        treasury.fund{value: AMOUNT}(id, AMOUNT);
        assertEq(PAYEE.balance, AMOUNT);
        assertEq(address(treasury).balance, AMOUNT);
    }

    function test_Attack30_ReentrantPayee() public {
        uint256 id = 1;
        ReentrantPayee payee = new ReentrantPayee(treasury, id, 1);
        assertEq(milestoneFor(address(payee)), id);
        milestoneFor(address(payee));
        assertEq(pass(), 1);
        treasury.release(id, 1);
        assertEq(address(payee).balance, AMOUNT);
        assertEq(payee.refused(), 2);
        assertEq(address(treasury).balance, AMOUNT);
    }

    function test_Attack30_ReentrantToken() public {
        ReentrantToken hostile = new ReentrantToken();
        hostile.mint(STRANGER, 1000);
        vm.prank(TIMELOCK);
        uint256 id = treasury.create(modelId, version, PAYEE, address(hostile), 200, DEADLINE);
        hostile.mint(address(hostile), 50);
        vm.prank(STRANGER);
        hostile.approve(address(treasury), 1000);
        hostile.arm(address(treasury), abi.encodeCall(MilestoneTreasury.fund, (id, 50)));
        // What arrives from within would be counted twice: 50 there, and 150 here.
        vm.prank(STRANGER);
        treasury.fund(id, 100);
        assertEq(treasury.milestone(id).funded, hostile.balanceOf(address(treasury)));
        vm.prank(STRANGER);
        treasury.fund(id, 100);
        uint256 attestation = pass();
        hostile.arm(address(treasury), abi.encodeCall(MilestoneTreasury.release, (id, attestation)));
        treasury.release(id, attestation);
        assertEq(hostile.balanceOf(PAYEE), 200);
        assertEq(hostile.entered(), 0);
        assertEq(hostile.refused(), 2);
    }

    function test_Attack30_ExpiredAttestation() public {
        uint256 id = milestone();
        uint256 attestation = pass();
        vm.warp(block.timestamp + VALIDITY);
        refuseRelease(id, attestation, invalid(attestation));
        vm.warp(block.timestamp - 1);
        treasury.release(id, attestation);
    }

    function test_Attack30_RevokedAttestation() public {
        uint256 id = milestone();
        uint256 attestation = pass();
        vm.prank(TIMELOCK);
        audits.revokeAttestation(attestation, "");
        refuseRelease(id, attestation, invalid(attestation));
    }

    function test_Attack30_RevokedData() public {
        uint256 id = milestone();
        uint256 attestation = pass();
        bytes32 root = audits.attestation(attestation).dataRoot;
        vm.prank(PROVIDER);
        data.revoke(root, "");
        refuseRelease(id, attestation, invalid(attestation));
    }

    function test_Attack30_WrongPolicyOrModel() public {
        uint256 id = milestone();
        (uint256 firstModel, uint256 firstVersion) = (modelId, version);
        version = adopt(SCHEMA);
        uint256 attestation = pass();
        refuseRelease(id, attestation, wrong(attestation, modelId, version));
        version = firstVersion;
        modelId = registerModel(RIVAL, 0xbad);
        vm.warp(block.timestamp + 1);
        attestation = rivalsPass();
        assertTrue(audits.isValid(attestation));
        refuseRelease(id, attestation, wrong(attestation, modelId, version));
        modelId = firstModel;
        refuseRelease(id, 9, abi.encodeWithSelector(IAuditRegistry.UnknownAttestation.selector, 9));
        treasury.release(id, pass());
    }

    function wrong(uint256 attestation, uint256 model, uint256 policy) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IMilestoneTreasury.WrongAttestation.selector, attestation, model, policy);
    }

    function rivalsPass() private returns (uint256 attestation) {
        attestation = open(RIVAL, modelId, version);
        registerData(attestation, rootOf(SCHEMA, rowsOf(2), digestsOf(99, 2)), rowsOf(2), 2, SCHEMA);
        uint256[8][] memory proofs = shardProofs(attestation, 0xbad, 0, digestsOf(99, 2), countsOf(99, 2));
        IAuditRegistry.VerdictProof memory v = verdictFor(context(attestation), 0xbad, policyWords(SCHEMA), 1, 99, 2);
        vm.startPrank(RIVAL);
        audits.submitShards(attestation, digestsOf(99, 2), countsOf(99, 2), proofs);
        audits.submitVerdict(attestation, v);
        vm.stopPrank();
    }

    /// @dev A pass from before the milestone, in the same second included, pays nothing.
    function test_Attack30_OldAttestation() public {
        uint256 attestation = pass();
        uint256 id = milestone();
        uint256 now_ = block.timestamp;
        bytes memory old =
            abi.encodeWithSelector(IMilestoneTreasury.AttestationTooOld.selector, attestation, now_, now_);
        refuseRelease(id, attestation, old);
        vm.warp(now_ + 1 days);
        refuseRelease(id, attestation, old);
        treasury.release(id, pass());
    }

    function test_Attack30_FailAndInsufficientPayNothing() public {
        uint256 id = milestone();
        vm.warp(block.timestamp + 1);
        uint256 insufficient = concluded(2, 71, 2);
        refuseRelease(id, insufficient, invalid(insufficient));
        uint256 fail = concluded(0, 72, 2);
        refuseRelease(id, fail, notActive(IModelRegistry.Status.Halted));
        vm.prank(TIMELOCK);
        models.restore(modelId, "");
        refuseRelease(id, fail, invalid(fail));
    }

    function test_Attack30_NothingForAFlaggedHaltedOrRetiredModel() public {
        uint256 id = milestone();
        uint256 attestation = pass();
        vm.prank(GUARDIAN);
        models.flag(modelId, "");
        refuseRelease(id, attestation, notActive(IModelRegistry.Status.Flagged));
        vm.expectRevert(abi.encodeWithSelector(IMilestoneTreasury.NotClawable.selector, id));
        treasury.clawBack(id);
        vm.prank(GUARDIAN);
        models.halt(modelId, "");
        refuseRelease(id, attestation, notActive(IModelRegistry.Status.Halted));
        vm.prank(TIMELOCK);
        models.restore(modelId, "");
        vm.prank(OWNER);
        models.retire(modelId);
        refuseRelease(id, attestation, notActive(IModelRegistry.Status.Active));
    }

    function test_MoneyGoesBackWhenTheModelIsHalted() public {
        uint256 id = milestone();
        uint256 attestation = pass();
        vm.expectRevert(abi.encodeWithSelector(IMilestoneTreasury.NotClawable.selector, id));
        treasury.clawBack(id);
        vm.prank(GUARDIAN);
        models.halt(modelId, "");
        uint256 before = TIMELOCK.balance;
        vm.expectEmit();
        emit IMilestoneTreasury.MilestoneClawedBack(id, STRANGER, AMOUNT);
        vm.prank(STRANGER);
        treasury.clawBack(id);
        assertEq(TIMELOCK.balance, before + AMOUNT);
        // Restored or not, it is over.
        vm.prank(TIMELOCK);
        models.restore(modelId, "");
        vm.expectRevert(
            abi.encodeWithSelector(IMilestoneTreasury.MilestoneClosed.selector, id, IMilestoneTreasury.State.ClawedBack)
        );
        treasury.release(id, attestation);
    }

    function test_MoneyGoesBackAfterTheDeadline() public {
        vm.prank(TIMELOCK);
        uint256 id = treasury.create(modelId, version, PAYEE, address(token), 100, DEADLINE);
        vm.startPrank(STRANGER);
        token.approve(address(treasury), 40);
        treasury.fund(id, 40);
        vm.stopPrank();
        vm.warp(DEADLINE);
        vm.expectRevert(abi.encodeWithSelector(IMilestoneTreasury.NotClawable.selector, id));
        treasury.clawBack(id);
        vm.warp(uint256(DEADLINE) + 1);
        treasury.clawBack(id);
        assertEq(token.balanceOf(TIMELOCK), 40);
        id = 2;
        vm.warp(START);
        milestone();
        vm.warp(uint256(DEADLINE) + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IMilestoneTreasury.MilestoneExpired.selector, DEADLINE, uint256(DEADLINE) + 1)
        );
        treasury.release(id, 1);
    }

    function test_AnUnfundedMilestoneClosesWithoutATransfer() public {
        vm.prank(TIMELOCK);
        uint256 id = treasury.create(modelId, version, PAYEE, address(0), 5, DEADLINE);
        vm.prank(OWNER);
        models.retire(modelId);
        treasury.clawBack(id);
        assertEq(uint256(treasury.milestone(id).state), uint256(IMilestoneTreasury.State.ClawedBack));
    }

    function test_FundedInPartsByAnyone() public {
        vm.prank(TIMELOCK);
        uint256 id = treasury.create{value: 1}(modelId, version, PAYEE, address(0), 5, DEADLINE);
        uint256 attestation = pass();
        refuseRelease(id, attestation, abi.encodeWithSelector(IMilestoneTreasury.NotFunded.selector, 1, 5));
        vm.startPrank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IMilestoneTreasury.WrongEther.selector, 2, 3));
        treasury.fund{value: 2}(id, 3);
        vm.expectRevert(abi.encodeWithSelector(IMilestoneTreasury.TooMuch.selector, 6, 5));
        treasury.fund{value: 5}(id, 5);
        vm.expectRevert(abi.encodeWithSelector(IMilestoneTreasury.NothingToPay.selector));
        treasury.fund(id, 0);
        vm.expectEmit();
        emit IMilestoneTreasury.MilestoneFunded(id, STRANGER, 4, 5);
        treasury.fund{value: 4}(id, 4);
        vm.stopPrank();
        treasury.release(id, attestation);
        assertEq(PAYEE.balance, 5);
    }

    /// @dev Of a token with a fee the treasury never owes more than it holds.
    function test_ATokenWithAFee() public {
        FeeToken fee = new FeeToken();
        fee.mint(STRANGER, 10_000);
        vm.prank(TIMELOCK);
        uint256 id = treasury.create(modelId, version, PAYEE, address(fee), 990, DEADLINE);
        vm.startPrank(STRANGER);
        fee.approve(address(treasury), 10_000);
        treasury.fund(id, 1000);
        vm.expectRevert(abi.encodeWithSelector(IMilestoneTreasury.WrongEther.selector, 1, 0));
        treasury.fund{value: 1}(id, 1);
        vm.stopPrank();
        assertEq(treasury.milestone(id).funded, 990);
        assertEq(fee.balanceOf(address(treasury)), 990);
        treasury.release(id, pass());
        assertEq(fee.balanceOf(address(treasury)), 0);
    }

    function test_APayeeThatCannotBePaidLosesNothing() public {
        uint256 id = milestoneFor(address(shardVerifier));
        uint256 attestation = pass();
        vm.expectRevert(
            abi.encodeWithSelector(IMilestoneTreasury.PaymentFailed.selector, address(shardVerifier), AMOUNT)
        );
        treasury.release(id, attestation);
        assertEq(address(treasury).balance, AMOUNT);
    }

    function test_WhatIsNotCreated() public {
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER));
        treasury.create(modelId, version, PAYEE, address(0), 1, DEADLINE);
        vm.startPrank(TIMELOCK);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownModel.selector, 9));
        treasury.create(9, version, PAYEE, address(0), 1, DEADLINE);
        vm.expectRevert(abi.encodeWithSelector(IPolicyRegistry.UnknownPolicy.selector, 9));
        treasury.create(modelId, 9, PAYEE, address(0), 1, DEADLINE);
        vm.expectRevert(abi.encodeWithSelector(IMilestoneTreasury.NothingToPay.selector));
        treasury.create(modelId, version, address(0), address(0), 1, DEADLINE);
        vm.expectRevert(abi.encodeWithSelector(IMilestoneTreasury.NothingToPay.selector));
        treasury.create(modelId, version, PAYEE, address(0), 0, DEADLINE);
        vm.expectRevert(abi.encodeWithSelector(IMilestoneTreasury.DeadlineInPast.selector, START, START));
        treasury.create(modelId, version, PAYEE, address(0), 1, uint40(START));
        vm.expectRevert(abi.encodeWithSelector(IMilestoneTreasury.NotAContract.selector, STRANGER));
        treasury.create(modelId, version, PAYEE, STRANGER, 1, DEADLINE);
        vm.expectRevert(abi.encodeWithSelector(IMilestoneTreasury.WrongEther.selector, 1, 0));
        treasury.create{value: 1}(modelId, version, PAYEE, address(token), 1, DEADLINE);
        vm.expectRevert(abi.encodeWithSelector(IMilestoneTreasury.TooMuch.selector, 2, 1));
        treasury.create{value: 2}(modelId, version, PAYEE, address(0), 1, DEADLINE);
        vm.expectRevert(abi.encodeWithSelector(IMilestoneTreasury.TreasuryZero.selector));
        new MilestoneTreasury(address(manager), address(0), audits);
        vm.expectRevert(abi.encodeWithSelector(IMilestoneTreasury.NotAContract.selector, STRANGER));
        new MilestoneTreasury(address(manager), TIMELOCK, IAuditRegistry(STRANGER));
        vm.expectRevert(abi.encodeWithSelector(IMilestoneTreasury.UnknownMilestone.selector, 1));
        treasury.milestone(1);
    }
}
