// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Test} from "forge-std/Test.sol";
import {PoseidonT4} from "poseidon-solidity/PoseidonT4.sol";
import {Electorate} from "../../contracts/voting/Electorate.sol";
import {LeanTree} from "../../contracts/voting/electorates/LeanTree.sol";
import {IMembers} from "../../contracts/voting/interfaces/IMembers.sol";
import {ReferenceTree} from "../support/ReferenceTree.sol";

/// @notice Admits members, one or many, with any commitments and weights, removes them and admits them again, at any times,
/// and keeps the leaves beside the tree.
contract Registrar is Test {
    Electorate public immutable electorate = new Electorate(address(new AccessManager(address(this))), true, 1);
    uint256[] public leaves;
    uint256 public total;
    uint256[] public times;
    uint256[] public roots;
    uint256[] public totals;
    mapping(uint256 commitment => uint256) public placeOf;
    mapping(uint256 commitment => uint32) public weightOf;

    function admit(uint256 commitment, uint32 weight) external {
        commitment = bound(commitment, 1, 64);
        bool allowed = weight != 0 && placeOf[commitment] == 0;
        try electorate.addWeighted(commitment, weight) {
            assertTrue(allowed, "admitted what must be refused");
            _enter(commitment, weight);
            _remember();
        } catch {
            assertFalse(allowed, "refused what must be admitted");
        }
    }

    function admitMany(uint256 first, uint256 n, uint32 weight) external {
        n = bound(n, 1, 6);
        first = bound(first, 1, 64);
        uint256[] memory commitments = new uint256[](n);
        uint32[] memory weights = new uint32[](n);
        bool allowed = weight != 0;
        for (uint256 i = 0; i < n; ++i) {
            (commitments[i], weights[i]) = (first + i, weight);
            if (placeOf[first + i] != 0) allowed = false;
        }
        try electorate.addManyWeighted(commitments, weights) {
            assertTrue(allowed, "admitted what must be refused");
            for (uint256 i = 0; i < n; ++i) {
                _enter(commitments[i], weight);
            }
            _remember();
        } catch {
            assertFalse(allowed, "refused what must be admitted");
        }
    }

    /// @dev A removed commitment may be drawn by `admit` again.
    function remove(uint256 commitment) external {
        commitment = bound(commitment, 1, 69);
        uint256 place = placeOf[commitment];
        if (place == 0) {
            vm.expectRevert(abi.encodeWithSelector(IMembers.NotMember.selector, commitment));
            electorate.remove(commitment, new uint256[](0));
            return;
        }
        (, uint256 height) = LeanTree.home(leaves.length, place - 1);
        electorate.remove(commitment, ReferenceTree.siblings(leaves, place - 1, height));
        leaves[place - 1] = 0;
        total -= weightOf[commitment];
        placeOf[commitment] = 0;
        _remember();
    }

    function wait(uint256 seconds_) external {
        vm.warp(block.timestamp + bound(seconds_, 1, 1000));
    }

    function definedRoot() external view returns (uint256) {
        return ReferenceTree.root(leaves);
    }

    function count() external view returns (uint256, uint256) {
        return (leaves.length, times.length);
    }

    function _enter(uint256 commitment, uint32 weight) private {
        leaves.push(PoseidonT4.hash([commitment, uint256(weight), electorate.LEAF_DOMAIN()]));
        placeOf[commitment] = leaves.length;
        weightOf[commitment] = weight;
        total += weight;
    }

    function _remember() private {
        uint256 n = times.length;
        if (n != 0 && times[n - 1] == block.timestamp) {
            (roots[n - 1], totals[n - 1]) = (electorate.root(), total);
        } else {
            times.push(block.timestamp);
            roots.push(electorate.root());
            totals.push(total);
        }
    }
}

contract ElectorateInvariantTest is Test {
    Registrar private registrar;
    Electorate private electorate;

    function setUp() public {
        vm.warp(1_800_000_000);
        registrar = new Registrar();
        electorate = registrar.electorate();
        targetContract(address(registrar));
        bytes4[] memory selectors = new bytes4[](4);
        (selectors[0], selectors[1]) = (Registrar.admit.selector, Registrar.wait.selector);
        (selectors[2], selectors[3]) = (Registrar.admitMany.selector, Registrar.remove.selector);
        targetSelector(FuzzSelector(address(registrar), selectors));
    }

    function invariant_TheRootIsThatOfTheLeaves() public view {
        (uint256 members,) = registrar.count();
        assertEq(electorate.root(), registrar.definedRoot());
        assertEq(electorate.size(), members);
        assertEq(electorate.totalWeight(), registrar.total());
    }

    function invariant_ThePastStays() public view {
        (, uint256 moments) = registrar.count();
        uint256 before = 0;
        for (uint256 i = 0; i < moments; ++i) {
            uint256 time = registrar.times(i);
            if (time >= block.timestamp) break;
            (uint256 root, uint256 size, uint256 weight) = electorate.checkpointAt(time);
            assertEq(root, registrar.roots(i));
            assertEq(weight, registrar.totals(i));
            assertGe(size, before, "sizes never go down");
            before = size;
        }
    }
}
