// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Test} from "forge-std/Test.sol";
import {PoseidonT3} from "poseidon-solidity/PoseidonT3.sol";
import {PoseidonT4} from "poseidon-solidity/PoseidonT4.sol";
import {Electorate} from "../../contracts/voting/Electorate.sol";

/// @notice Admits members with any commitments and weights, at any times, and keeps the leaves beside the tree.
contract Registrar is Test {
    Electorate public immutable electorate = new Electorate(address(new AccessManager(address(this))), true, 1);
    uint256[] public leaves;
    uint256 public total;
    uint256[] public times;
    uint256[] public roots;

    function admit(uint256 commitment, uint32 weight) external {
        commitment = bound(commitment, 1, 64);
        bool allowed = weight != 0 && !electorate.isMember(commitment);
        try electorate.addWeighted(commitment, weight) {
            assertTrue(allowed, "admitted what must be refused");
            leaves.push(PoseidonT4.hash([commitment, uint256(weight), electorate.LEAF_DOMAIN()]));
            total += weight;
            _remember();
        } catch {
            assertFalse(allowed, "refused what must be admitted");
        }
    }

    function wait(uint256 seconds_) external {
        vm.warp(block.timestamp + bound(seconds_, 1, 1000));
    }

    /// @dev The root as the definition of a LeanIMT gives it, level by level.
    function definedRoot() external view returns (uint256) {
        uint256 n = leaves.length;
        if (n == 0) return 0;
        uint256[] memory level = leaves;
        for (; n > 1; n = (n + 1) / 2) {
            for (uint256 i = 0; i < n; i += 2) {
                level[i / 2] = i + 1 < n ? PoseidonT3.hash([level[i], level[i + 1]]) : level[i];
            }
        }
        return level[0];
    }

    function count() external view returns (uint256, uint256) {
        return (leaves.length, times.length);
    }

    function _remember() private {
        uint256 n = times.length;
        if (n != 0 && times[n - 1] == block.timestamp) {
            roots[n - 1] = electorate.root();
        } else {
            times.push(block.timestamp);
            roots.push(electorate.root());
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
        bytes4[] memory selectors = new bytes4[](2);
        (selectors[0], selectors[1]) = (Registrar.admit.selector, Registrar.wait.selector);
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
        for (uint256 i = 0; i < moments; ++i) {
            uint256 time = registrar.times(i);
            if (time >= block.timestamp) break;
            (uint256 root,,) = electorate.checkpointAt(time);
            assertEq(root, registrar.roots(i));
        }
    }
}
