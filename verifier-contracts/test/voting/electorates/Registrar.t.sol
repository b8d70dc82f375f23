// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Test} from "forge-std/Test.sol";
import {Electorate} from "../../../contracts/voting/Electorate.sol";
import {LeanTree} from "../../../contracts/voting/electorates/LeanTree.sol";
import {IElectorate} from "../../../contracts/voting/interfaces/IElectorate.sol";
import {IMembers} from "../../../contracts/voting/interfaces/IMembers.sol";
import {IRegistrarElectorate} from "../../../contracts/voting/interfaces/IRegistrarElectorate.sol";
import {ReferenceTree} from "../../support/ReferenceTree.sol";

/// @notice Many at once, removal and re-admission.
contract RegistrarTest is Test {
    uint256 private constant START = 1_800_000_000;
    uint256 private constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    address private constant STRANGER = address(0x57);

    Electorate private plain;
    Electorate private weighted;
    uint256[] private leaves;

    function setUp() public {
        vm.warp(START);
        AccessManager manager = new AccessManager(address(this));
        plain = new Electorate(address(manager), false, 1);
        weighted = new Electorate(address(manager), true, 1);
        for (uint256 i = 0; i < 11; ++i) {
            leaves.push(i + 100);
        }
    }

    function test_ManyAreAdmittedInOrderUnderOneState() public {
        for (uint256 i = 0; i < leaves.length; ++i) {
            vm.expectEmit(true, true, true, true, address(plain));
            emit IMembers.MemberAdmitted(i, leaves[i], 1, leaves[i]);
        }
        assertEq(plain.addMany(leaves), 0);
        assertEq(plain.root(), ReferenceTree.root(leaves));
        assertEq(plain.size(), 11);
        assertEq(plain.totalWeight(), 11);
        assertEq(plain.indexOf(105), 5);
        assertEq(plain.kind(), "registrar");
    }

    function test_ManyWeightedEqualOneByOne() public {
        uint32[] memory weights = new uint32[](11);
        Electorate other = new Electorate(weighted.authority(), true, 1);
        for (uint256 i = 0; i < 11; ++i) {
            weights[i] = uint32(7 * i + 1);
            other.addWeighted(leaves[i], weights[i]);
        }
        weighted.addManyWeighted(leaves, weights);
        assertEq(weighted.root(), other.root());
        assertEq(weighted.totalWeight(), other.totalWeight());
        assertEq(weighted.weightOf(103), 22);
    }

    function test_RevertWhen_OneOfManyIsRefused() public {
        uint32[] memory weights = new uint32[](11);
        vm.expectRevert(IMembers.WeightZero.selector);
        weighted.addManyWeighted(leaves, weights);
        vm.expectRevert(abi.encodeWithSelector(IRegistrarElectorate.WrongNumberOfWeights.selector, 11, 0));
        weighted.addManyWeighted(leaves, new uint32[](0));
        vm.expectRevert(IMembers.NobodyToAdmit.selector);
        plain.addMany(new uint256[](0));
        vm.expectRevert(abi.encodeWithSelector(IRegistrarElectorate.WrongKind.selector, true));
        weighted.addMany(leaves);
        vm.expectRevert(abi.encodeWithSelector(IRegistrarElectorate.WrongKind.selector, false));
        plain.addManyWeighted(leaves, weights);
        leaves[10] = leaves[3];
        vm.expectRevert(abi.encodeWithSelector(IMembers.AlreadyMember.selector, 103));
        plain.addMany(leaves);
        assertEq(plain.size(), 0);
    }

    /// @dev A leaf that is no field element would make proofs for the whole tree impossible, also as one of many.
    function test_Attack29_OneOfManyOutOfField() public {
        uint256[4] memory bad = [uint256(0), R, R + 1, type(uint256).max];
        for (uint256 i = 0; i < bad.length; ++i) {
            leaves[7] = bad[i];
            vm.expectRevert(abi.encodeWithSelector(IMembers.CommitmentOutOfRange.selector, bad[i]));
            plain.addMany(leaves);
        }
    }

    /// @dev One huge admission, or many at once, would make a tally impossible to find.
    function test_Attack35a_ManyHugeAdmissionsAtOnce() public {
        uint256 n = 257;
        uint256[] memory commitments = new uint256[](n);
        uint32[] memory weights = new uint32[](n);
        for (uint256 i = 0; i < n; ++i) {
            (commitments[i], weights[i]) = (i + 1, type(uint32).max);
        }
        vm.expectRevert(abi.encodeWithSelector(IElectorate.TotalWeightTooLarge.selector, n * uint256(type(uint32).max)));
        weighted.addManyWeighted(commitments, weights);
        weights[256] = 256;
        vm.expectRevert(abi.encodeWithSelector(IElectorate.TotalWeightTooLarge.selector, 2 ** 40));
        weighted.addManyWeighted(commitments, weights);
        weights[256] = 255;
        weighted.addManyWeighted(commitments, weights);
        assertEq(weighted.totalWeight(), 2 ** 40 - 1);
    }

    function test_ARemovedMemberIsInNoLaterState() public {
        plain.addMany(leaves);
        uint256 before = plain.root();
        vm.warp(START + 10);
        uint256[] memory siblings = ReferenceTree.siblings(leaves, 4, 3);
        vm.expectEmit(true, true, true, true, address(plain));
        emit IMembers.MemberRemoved(4, 104, 1);
        plain.remove(104, siblings);
        leaves[4] = 0;
        assertEq(plain.root(), ReferenceTree.root(leaves));
        assertEq(plain.size(), 11);
        assertEq(plain.totalWeight(), 10);
        assertFalse(plain.isMember(104));
        vm.expectRevert(abi.encodeWithSelector(IMembers.NotMember.selector, 104));
        plain.remove(104, siblings);
        vm.warp(START + 11);
        (uint256 root, uint256 size, uint256 weight) = plain.checkpointAt(START + 9);
        assertEq(root, before);
        assertEq(size, 11);
        assertEq(weight, 11);
        (root, size, weight) = plain.checkpointAt(START + 10);
        assertEq(root, ReferenceTree.root(leaves));
        assertEq(weight, 10);
    }

    /// @dev The weight that goes is the weight that came, whatever the caller would like.
    function test_ARemovalTakesTheMembersOwnWeight() public {
        weighted.addWeighted(1, 10);
        weighted.addWeighted(2, 1000);
        uint256[] memory siblings = new uint256[](1);
        siblings[0] = leafOf(2, 1000);
        weighted.remove(1, siblings);
        assertEq(weighted.totalWeight(), 1000);
        assertEq(weighted.weightOf(2), 1000);
    }

    function test_ARemovedMemberComesBackAtANewPlace() public {
        plain.addMany(leaves);
        vm.warp(START + 10);
        plain.remove(104, ReferenceTree.siblings(leaves, 4, 3));
        vm.warp(START + 20);
        assertEq(plain.add(104), 11);
        leaves[4] = 0;
        leaves.push(104);
        assertEq(plain.root(), ReferenceTree.root(leaves));
        assertEq(plain.indexOf(104), 11);
        assertEq(plain.totalWeight(), 11);
        vm.expectRevert(abi.encodeWithSelector(IMembers.AlreadyMember.selector, 104));
        plain.add(104);
    }

    /// @dev In every state that was ever written, a commitment has at most one leaf: a proposal, which votes on one of them,
    /// can never count the member twice; and the proposal of another second has another nullifier.
    function test_Attack27_RemovedAndAdmittedAgainIsNeverThereTwice() public {
        plain.addMany(leaves);
        uint256[][] memory states = new uint256[][](3);
        states[0] = leaves;
        vm.warp(START + 1);
        plain.remove(104, ReferenceTree.siblings(leaves, 4, 3));
        leaves[4] = 0;
        states[1] = leaves;
        vm.warp(START + 2);
        plain.add(104);
        leaves.push(104);
        states[2] = leaves;
        vm.warp(START + 3);
        for (uint256 t = 0; t < 3; ++t) {
            (uint256 root, uint256 size, uint256 weight) = plain.checkpointAt(START + t);
            assertEq(root, ReferenceTree.root(states[t]));
            assertEq(size, states[t].length);
            uint256 live = 0;
            uint256 times = 0;
            for (uint256 i = 0; i < size; ++i) {
                if (states[t][i] != 0) ++live;
                if (states[t][i] == 104) ++times;
            }
            assertEq(weight, live);
            assertLe(times, 1);
        }
    }

    function test_RevertWhen_SiblingsAreNotTheLeafs() public {
        plain.addMany(leaves);
        uint256[] memory siblings = ReferenceTree.siblings(leaves, 4, 3);
        siblings[0] = 1;
        vm.expectRevert(abi.encodeWithSelector(LeanTree.WrongSiblings.selector, 4));
        plain.remove(104, siblings);
        vm.expectRevert(abi.encodeWithSelector(LeanTree.WrongNumberOfSiblings.selector, 3, 0));
        plain.remove(104, new uint256[](0));
        assertTrue(plain.isMember(104), "nothing is half done");
    }

    function test_TheOnlyMemberRemovedLeavesNoRoot() public {
        plain.add(7);
        vm.warp(START + 1);
        plain.remove(7, new uint256[](0));
        vm.warp(START + 2);
        (uint256 root, uint256 size, uint256 weight) = plain.checkpointAt(START + 1);
        assertEq(root + weight, 0);
        assertEq(size, 1);
    }

    function test_OnlyTheRegistrarAdmitsManyAndRemoves() public {
        plain.add(7);
        bytes memory reason = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER);
        vm.startPrank(STRANGER);
        vm.expectRevert(reason);
        plain.addMany(leaves);
        vm.expectRevert(reason);
        weighted.addManyWeighted(leaves, new uint32[](11));
        vm.expectRevert(reason);
        plain.remove(7, new uint256[](0));
    }

    function leafOf(uint256 commitment, uint32 weight) private returns (uint256) {
        Electorate one = new Electorate(weighted.authority(), true, 1);
        one.addWeighted(commitment, weight);
        return one.root();
    }
}
