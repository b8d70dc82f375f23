// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ModelRegistry} from "../../contracts/audit/ModelRegistry.sol";
import {IModelRegistry} from "../../contracts/audit/interfaces/IModelRegistry.sol";
import {IdealAudit} from "../support/IdealAudit.sol";

/// @notice Registration, bonds and status.
contract ModelRegistryTest is IdealAudit {
    function setUp() public {
        deployIdeal();
    }

    function assertStatus(IModelRegistry.Status expected) private view {
        assertEq(uint256(models.status(modelId)), uint256(expected));
        assertEq(models.isActive(modelId), expected == IModelRegistry.Status.Active);
    }

    function unauthorized(address account) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, account);
    }

    function test_Registered() public {
        vm.expectEmit();
        emit IModelRegistry.ModelRegistered(2, 77, OWNER, modelId, 2 ether, "u");
        vm.prank(OWNER);
        assertEq(models.register{value: 2 ether}(77, modelId, "u"), 2);
        IModelRegistry.Model memory m = models.model(2);
        assertEq(m.commitment, 77);
        assertEq(m.owner, OWNER);
        assertEq(m.bond, 2 ether);
        assertEq(m.lineage, modelId);
        assertEq(m.registeredAt, START);
        assertEq(models.modelOf(77), 2);
        assertEq(uint256(models.status(3)), uint256(IModelRegistry.Status.Unknown));
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownModel.selector, 3));
        models.model(3);
    }

    function test_WhatIsNotRegistered() public {
        vm.startPrank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.CommitmentOutOfRange.selector, 0));
        models.register{value: BOND}(0, 0, "");
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.CommitmentOutOfRange.selector, R));
        models.register{value: BOND}(R, 0, "");
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.CommitmentTaken.selector, COMMITMENT, modelId));
        models.register{value: BOND}(COMMITMENT, 0, "");
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.BondTooSmall.selector, BOND - 1, BOND));
        models.register{value: BOND - 1}(1, 0, "");
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownModel.selector, 9));
        models.register{value: BOND}(1, 9, "");
        vm.stopPrank();
        vm.prank(RIVAL);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotTheOwner.selector, modelId, OWNER, RIVAL));
        models.register{value: BOND}(1, modelId, "");
    }

    function test_Attack31_GuardianOnlyWorsens() public {
        vm.startPrank(GUARDIAN);
        vm.expectEmit();
        emit IModelRegistry.StatusChanged(
            modelId, IModelRegistry.Status.Active, IModelRegistry.Status.Flagged, GUARDIAN, "drift"
        );
        models.flag(modelId, "drift");
        assertStatus(IModelRegistry.Status.Flagged);
        vm.expectRevert(notWorse(IModelRegistry.Status.Flagged, IModelRegistry.Status.Flagged));
        models.flag(modelId, "");
        vm.expectRevert(unauthorized(GUARDIAN));
        models.restore(modelId, "");
        models.halt(modelId, "harm");
        assertStatus(IModelRegistry.Status.Halted);
        vm.expectRevert(notWorse(IModelRegistry.Status.Halted, IModelRegistry.Status.Flagged));
        models.flag(modelId, "");
        vm.expectRevert(notWorse(IModelRegistry.Status.Halted, IModelRegistry.Status.Halted));
        models.halt(modelId, "");
        vm.expectRevert(unauthorized(GUARDIAN));
        models.restore(modelId, "");
        vm.stopPrank();
        assertStatus(IModelRegistry.Status.Halted);
    }

    function notWorse(IModelRegistry.Status from, IModelRegistry.Status to) private view returns (bytes memory) {
        return abi.encodeWithSelector(IModelRegistry.StatusNotWorse.selector, modelId, from, to);
    }

    function test_Attack31_OnlyTheTimelockRestores() public {
        vm.prank(GUARDIAN);
        models.halt(modelId, "");
        address[5] memory others = [STRANGER, OWNER, GUARDIAN, DEPLOYER, OPENER];
        for (uint256 i = 0; i < 5; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(unauthorized(others[i]));
            models.restore(modelId, "");
        }
        vm.startPrank(TIMELOCK);
        models.restore(modelId, "voted");
        assertStatus(IModelRegistry.Status.Active);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.AlreadyActive.selector, modelId));
        models.restore(modelId, "");
    }

    function test_Attack31_StrangersDoNotWorsen() public {
        address[3] memory others = [STRANGER, OWNER, OPENER];
        for (uint256 i = 0; i < 3; ++i) {
            vm.startPrank(others[i]);
            vm.expectRevert(unauthorized(others[i]));
            models.flag(modelId, "");
            vm.expectRevert(unauthorized(others[i]));
            models.halt(modelId, "");
            vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotTheAuditRegistry.selector, others[i]));
            models.haltAndSlash(modelId, 10_000, "");
            vm.stopPrank();
        }
        vm.prank(GUARDIAN);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownModel.selector, 9));
        models.halt(9, "");
    }

    function testFuzz_AuditsSlashTheirPart(uint128 bond, uint16 share) public {
        bond = uint128(bound(bond, BOND, 50 ether));
        share = uint16(bound(share, 0, 10_000));
        vm.prank(OWNER);
        uint256 id = models.register{value: bond}(5, 0, "");
        vm.prank(address(audits));
        models.haltAndSlash(id, share, "");
        assertEq(models.slashed(), uint256(bond) * share / 10_000);
        assertEq(models.model(id).bond + models.slashed(), bond);
        assertEq(uint256(models.status(id)), uint256(IModelRegistry.Status.Halted));
    }

    /// @dev What is slashed has 96 bits: a bond that does not fit must not be there when the model is to be halted.
    function test_Attack31_NoBondIsTooLargeToBeSlashed() public {
        uint256 most = type(uint96).max;
        uint256 room = most - address(models).balance;
        vm.deal(OWNER, most + 1);
        vm.startPrank(OWNER);
        bytes memory tooMuch = abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 96, most + 1);
        vm.expectRevert(tooMuch);
        models.register{value: room + 1}(5, 0, "");
        uint256 id = models.register{value: room}(5, 0, "");
        vm.expectRevert(tooMuch);
        models.addBond{value: 1}(id);
        vm.stopPrank();
        vm.startPrank(address(audits));
        models.haltAndSlash(id, 10_000, "");
        models.haltAndSlash(modelId, 10_000, "");
        assertEq(models.slashed(), most);
        assertEq(models.audits(), address(audits));
    }

    function test_BondComesBackAfterRetirementOnly() public {
        vm.startPrank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelNotRetired.selector, modelId));
        models.withdrawBond(modelId, payable(OWNER));
        vm.stopPrank();
        uint256 id = open(OWNER, modelId, version);
        vm.startPrank(OWNER);
        models.retire(modelId);
        assertFalse(models.isActive(modelId));
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.EngagementsOpen.selector, modelId, 1));
        models.withdrawBond(modelId, payable(OWNER));
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelIsRetired.selector, modelId));
        models.retire(modelId);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelIsRetired.selector, modelId));
        audits.openEngagement(modelId, version);
        vm.warp(START + DATA_PERIOD + 1);
        audits.lapse(id);
        models.addBond{value: 3}(modelId);
        models.withdrawBond(modelId, payable(PAYEE));
        assertEq(PAYEE.balance, BOND + 3);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NothingToPay.selector));
        models.withdrawBond(modelId, payable(PAYEE));
        vm.stopPrank();
        vm.prank(RIVAL);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotTheOwner.selector, modelId, OWNER, RIVAL));
        models.withdrawBond(modelId, payable(RIVAL));
        vm.prank(TIMELOCK);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelIsRetired.selector, modelId));
        models.restore(modelId, "");
    }

    function test_Attack30_ReentrantWithdrawalGetsItsBondOnce() public {
        ReentrantOwner thief = new ReentrantOwner(models);
        vm.deal(address(thief), BOND);
        uint256 id = thief.enter(BOND);
        thief.withdraw(id);
        assertEq(address(thief).balance, BOND);
        assertEq(thief.refused(), 1);
        assertEq(address(models).balance, BOND);
    }

    function test_ABondThatCannotBePaidStays() public {
        vm.startPrank(OWNER);
        models.retire(modelId);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.PaymentFailed.selector, address(shardVerifier), BOND));
        models.withdrawBond(modelId, payable(address(shardVerifier)));
        assertEq(models.model(modelId).bond, BOND);
    }

    function test_MinimumBond() public {
        vm.prank(TIMELOCK);
        models.setMinimumBond(2 ether);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.BondTooSmall.selector, BOND, 2 ether));
        open(OWNER, modelId, version);
        vm.prank(OWNER);
        models.addBond{value: 1 ether}(modelId);
        open(OWNER, modelId, version);
        vm.expectRevert(unauthorized(OWNER));
        vm.prank(OWNER);
        models.setMinimumBond(0);
    }

    function test_SlashedBondsGoToTheTreasuryOnce() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NothingToPay.selector));
        models.collectSlashed();
        vm.prank(address(audits));
        models.haltAndSlash(modelId, 10_000, "");
        vm.prank(STRANGER);
        models.collectSlashed();
        assertEq(TIMELOCK.balance, 101 ether);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NothingToPay.selector));
        models.collectSlashed();
    }

    function test_TheAuditRegistryIsNamedOnce() public {
        vm.startPrank(TIMELOCK);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.AuditRegistryAlreadySet.selector, address(audits)));
        models.setAuditRegistry(address(data));
        ModelRegistry fresh = new ModelRegistry(address(manager), TIMELOCK, BOND);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotAContract.selector, STRANGER));
        fresh.setAuditRegistry(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.TreasuryZero.selector));
        new ModelRegistry(address(manager), address(0), BOND);
        vm.stopPrank();
        vm.prank(STRANGER);
        vm.expectRevert(unauthorized(STRANGER));
        fresh.setAuditRegistry(address(audits));
    }
}

/// @notice Asks for its bond again while it is paid.
contract ReentrantOwner {
    ModelRegistry private immutable registry;
    uint256 private id;
    uint256 public refused;

    constructor(ModelRegistry registry_) {
        registry = registry_;
    }

    function enter(uint256 bond) external returns (uint256) {
        id = registry.register{value: bond}(99, 0, "");
        return id;
    }

    function withdraw(uint256 modelId) external {
        registry.retire(modelId);
        registry.withdrawBond(modelId, payable(address(this)));
    }

    receive() external payable {
        try registry.withdrawBond(id, payable(address(this))) {}
        catch {
            ++refused;
        }
    }
}
