// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Semaphore} from "@semaphore-protocol/contracts/Semaphore.sol";
import {SemaphoreVerifier} from "@semaphore-protocol/contracts/base/SemaphoreVerifier.sol";
import {ISemaphoreVerifier} from "@semaphore-protocol/contracts/interfaces/ISemaphoreVerifier.sol";
import {Test} from "forge-std/Test.sol";
import {SemaphoreElectorate} from "../../../contracts/voting/electorates/SemaphoreElectorate.sol";
import {IElectorate} from "../../../contracts/voting/interfaces/IElectorate.sol";
import {ISemaphoreElectorate} from "../../../contracts/voting/interfaces/ISemaphoreElectorate.sol";
import {ISemaphoreGroup} from "../../../contracts/voting/interfaces/ISemaphoreGroup.sol";
import {ReferenceTree} from "../../support/ReferenceTree.sol";

/// @dev Says what it is told to.
contract FakeSemaphore {
    uint256 public root;
    uint256 public size;

    function set(uint256 root_, uint256 size_) external {
        (root, size) = (root_, size_);
    }

    function getGroupAdmin(uint256 id) external view returns (address) {
        return id == 1 ? address(this) : address(0);
    }

    function getMerkleTreeRoot(uint256) external view returns (uint256) {
        return root;
    }

    function getMerkleTreeSize(uint256) external view returns (uint256) {
        return size;
    }
}

/// @notice A group of the real Semaphore contracts, mirrored.
contract SemaphoreTest is Test {
    uint256 private constant START = 1_800_000_000;
    uint256 private constant MAX_AGE = 1 days;
    uint256 private constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    Semaphore private semaphore;
    SemaphoreElectorate private electorate;
    address private authority;
    uint256 private group;
    uint256[] private leaves;

    function setUp() public {
        vm.warp(START);
        authority = address(new AccessManager(address(this)));
        semaphore = new Semaphore(ISemaphoreVerifier(address(new SemaphoreVerifier())));
        semaphore.createGroup();
        group = semaphore.createGroup();
        for (uint256 i = 0; i < 5; ++i) {
            leaves.push(uint256(keccak256(abi.encode(i))) >> 8);
        }
        semaphore.addMembers(group, leaves);
        electorate = make(address(semaphore), group);
    }

    function test_ARecordIsTheGroupsRootAndSize() public {
        assertEq(electorate.size(), 0);
        vm.expectEmit(true, true, true, true, address(electorate));
        emit ISemaphoreElectorate.GroupSynced(group, semaphore.getMerkleTreeRoot(group), 5);
        vm.prank(address(0x57));
        electorate.sync();
        assertEq(electorate.root(), ReferenceTree.root(leaves));
        assertEq(electorate.totalWeight(), 5);
        assertEq(electorate.depth(), 3);
        assertEq(electorate.kind(), "semaphore");
        assertFalse(electorate.weighted());
        vm.warp(START + 1);
        (uint256 root, uint256 size, uint256 weight) = electorate.checkpointAt(START);
        assertEq(root, semaphore.getMerkleTreeRoot(group));
        assertEq(size + weight, 10);
    }

    /// @dev Members who join late are in no earlier record; who is removed is in no later one.
    function test_Attack27_LateAndRemovedMembersOfAGroup() public {
        electorate.sync();
        uint256 before = electorate.root();
        vm.warp(START + 10);
        semaphore.removeMember(group, leaves[2], ReferenceTree.proof(leaves, 2));
        leaves[2] = 0;
        uint256 late = uint256(keccak256("late")) >> 8;
        semaphore.addMember(group, late);
        leaves.push(late);
        electorate.sync();
        vm.warp(START + 11);
        (uint256 root,,) = electorate.checkpointAt(START + 9);
        assertEq(root, before);
        uint256 size;
        (root, size,) = electorate.checkpointAt(START + 10);
        assertEq(root, ReferenceTree.root(leaves));
        assertEq(size, 6, "removed members count");
    }

    /// @dev A record that nobody renewed would let removed members vote for ever.
    function test_Attack27_AStaleRootIsNotVotedOn() public {
        electorate.sync();
        vm.warp(START + 2 * MAX_AGE);
        (uint256 root, uint256 size,) = electorate.checkpointAt(START + MAX_AGE - 1);
        assertEq(root, ReferenceTree.root(leaves));
        (root, size,) = electorate.checkpointAt(START + MAX_AGE);
        assertEq(root + size, 0);
        assertEq(electorate.getPastTotalSupply(START + MAX_AGE - 1), 5);
        assertEq(electorate.getPastTotalSupply(START + MAX_AGE), 0);
        electorate.sync();
        vm.warp(block.timestamp + 1);
        (root,,) = electorate.checkpointAt(block.timestamp - 1);
        assertEq(root, ReferenceTree.root(leaves));
    }

    function test_Attack27_AFakeGroup() public {
        vm.expectRevert(abi.encodeWithSelector(ISemaphoreElectorate.SemaphoreWithoutCode.selector, address(0x57)));
        make(address(0x57), group);
        vm.expectRevert(abi.encodeWithSelector(ISemaphoreElectorate.NoSuchGroup.selector, group + 1));
        make(address(semaphore), group + 1);
        FakeSemaphore fake = new FakeSemaphore();
        SemaphoreElectorate other = make(address(fake), 1);
        uint256[3] memory bad = [uint256(0), R, type(uint256).max];
        for (uint256 i = 0; i < bad.length; ++i) {
            fake.set(bad[i], 5);
            vm.expectRevert(abi.encodeWithSelector(ISemaphoreElectorate.GroupUnusable.selector, bad[i], 5));
            other.sync();
        }
        fake.set(1, 0);
        vm.expectRevert(abi.encodeWithSelector(ISemaphoreElectorate.GroupUnusable.selector, 1, 0));
        other.sync();
        // The ballot circuit has 20 levels.
        fake.set(1, 2 ** 20 + 1);
        vm.expectRevert(IElectorate.ElectorateFull.selector);
        other.sync();
        fake.set(1, 2 ** 20);
        other.sync();
    }

    function test_RevertWhen_TheGroupIsEmptyOrTheAgeZero() public {
        SemaphoreElectorate empty = make(address(semaphore), group - 1);
        vm.expectRevert(abi.encodeWithSelector(ISemaphoreElectorate.GroupUnusable.selector, 0, 0));
        empty.sync();
        vm.expectRevert(ISemaphoreElectorate.MaxAgeZero.selector);
        new SemaphoreElectorate(authority, 1, ISemaphoreGroup(address(semaphore)), group, 0);
    }

    function make(address semaphore_, uint256 group_) private returns (SemaphoreElectorate) {
        return new SemaphoreElectorate(authority, 1, ISemaphoreGroup(semaphore_), group_, MAX_AGE);
    }
}
