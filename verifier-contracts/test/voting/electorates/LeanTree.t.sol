// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {InternalLeanIMT, LeanIMTData} from "@zk-kit/lean-imt.sol/InternalLeanIMT.sol";
import {Test} from "forge-std/Test.sol";
import {LeanTree} from "../../../contracts/voting/electorates/LeanTree.sol";
import {ReferenceTree} from "../../support/ReferenceTree.sol";

/// @notice The library behind external functions, and beside it the tree that Semaphore uses on chain.
contract Trees {
    using LeanTree for LeanTree.Tree;
    using InternalLeanIMT for LeanIMTData;

    LeanTree.Tree private _ours;
    LeanIMTData private _theirs;
    uint256 public size;

    function append(uint256 leaf) external {
        _ours.append(size++, leaf);
        _theirs._insert(leaf);
    }

    function appendMany(uint256[] calldata leaves) external {
        _ours.appendMany(size, leaves);
        size += leaves.length;
        _theirs._insertMany(leaves);
    }

    function remove(uint256 index, uint256 leaf, uint256[] calldata siblings, uint256[] calldata all) external {
        _ours.replace(size, index, leaf, 0, siblings, block.timestamp);
        _theirs._remove(leaf, all);
    }

    function replace(uint256 index, uint256 old, uint256 fresh, uint256[] calldata siblings) external {
        _ours.replace(size, index, old, fresh, siblings, block.timestamp);
    }

    function root() external view returns (uint256) {
        return _ours.root(size);
    }

    function rootAt(uint256 size_, uint256 time) external view returns (uint256) {
        return _ours.rootAt(size_, time);
    }

    function theirRoot() external view returns (uint256) {
        return _theirs._root();
    }

    function home(uint256 size_, uint256 index) external pure returns (uint256, uint256) {
        return LeanTree.home(size_, index);
    }
}

contract LeanTreeTest is Test {
    uint256 private constant STEPS = 16;

    Trees private trees;
    uint256[] private leaves;

    function setUp() public {
        vm.warp(1_800_000_000);
        trees = new Trees();
    }

    function test_EqualsTheTreeOfSemaphoreAtEverySize() public {
        for (uint256 i = 1; i <= 70; ++i) {
            append(i);
            compare();
        }
    }

    /// @dev Every batch of up to 9 leaves at every size up to 9, and a leaf after it.
    function test_ManyAtOnceEqualOneByOne() public {
        for (uint256 before = 0; before < 10; ++before) {
            for (uint256 n = 1; n < 10; ++n) {
                trees = new Trees();
                delete leaves;
                for (uint256 i = 0; i < before; ++i) {
                    append(i + 1);
                }
                appendMany(before + 1, n);
                compare();
                append(1000);
                compare();
            }
        }
    }

    /// forge-config: default.fuzz.runs = 32
    function testFuzz_AnyHistory(uint256 seed) public {
        uint256[] memory roots = new uint256[](STEPS);
        uint256[] memory sizes = new uint256[](STEPS);
        uint256 start = block.timestamp;
        for (uint256 i = 0; i < STEPS; ++i) {
            vm.warp(start + i);
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 choice = seed % 8;
            if (choice < 3) append(seed >> 8);
            else if (choice < 5) appendMany(seed >> 8, 1 + (seed >> 3) % 7);
            else removeOne((seed >> 3) % 4096);
            (roots[i], sizes[i]) = (trees.root(), trees.size());
            compare();
        }
        for (uint256 i = 0; i < STEPS; ++i) {
            assertEq(trees.rootAt(sizes[i], start + i), roots[i], "the past has changed");
        }
    }

    function test_AChangeInTheSameSecondLeavesTheSecondBefore() public {
        appendMany(1, 4);
        uint256 before = trees.root();
        vm.warp(block.timestamp + 5);
        removeOne(0);
        removeOne(2);
        assertEq(trees.rootAt(4, block.timestamp - 1), before);
        assertEq(trees.rootAt(4, block.timestamp), trees.root());
        assertNotEq(trees.root(), before);
    }

    function test_RevertWhen_TheSiblingsAreWrong() public {
        appendMany(1, 13);
        uint256[] memory siblings = ReferenceTree.siblings(leaves, 5, 3);
        siblings[1] += 1;
        vm.expectRevert(abi.encodeWithSelector(LeanTree.WrongSiblings.selector, 5));
        trees.replace(5, leaves[5], 0, siblings);
        siblings[1] -= 1;
        vm.expectRevert(abi.encodeWithSelector(LeanTree.WrongSiblings.selector, 5));
        trees.replace(5, leaves[4], 0, siblings);
        uint256[] memory few = ReferenceTree.siblings(leaves, 5, 2);
        vm.expectRevert(abi.encodeWithSelector(LeanTree.WrongNumberOfSiblings.selector, 3, 2));
        trees.replace(5, leaves[5], 0, few);
        // The node of a pair is no leaf: a shorter path is refused as well.
        vm.expectRevert(abi.encodeWithSelector(LeanTree.WrongNumberOfSiblings.selector, 0, 1));
        trees.replace(12, leaves[12], 0, new uint256[](1));
    }

    function test_HomeOfALeaf() public view {
        for (uint256 size = 1; size < 70; ++size) {
            uint256 end = 0;
            for (uint256 level = 7; level > 0; --level) {
                uint256 height = level - 1;
                if ((size >> height) & 1 == 0) continue;
                for (uint256 i = 0; i < 1 << height; ++i) {
                    (uint256 found, uint256 levels) = trees.home(size, end + i);
                    assertEq(found, end + (1 << height));
                    assertEq(levels, height);
                }
                end += 1 << height;
            }
        }
    }

    function append(uint256 seed) private {
        uint256 leaf = fresh(seed, 0);
        trees.append(leaf);
        leaves.push(leaf);
    }

    function appendMany(uint256 seed, uint256 n) private {
        uint256[] memory many = new uint256[](n);
        for (uint256 i = 0; i < n; ++i) {
            many[i] = fresh(seed, i + 1);
            leaves.push(many[i]);
        }
        trees.appendMany(many);
    }

    /// @dev Removes a leaf that is there, if there is one at or after the pick.
    function removeOne(uint256 pick) private {
        for (uint256 i = 0; i < leaves.length; ++i) {
            uint256 index = (pick + i) % leaves.length;
            if (leaves[index] == 0) continue;
            (, uint256 height) = trees.home(leaves.length, index);
            uint256[] memory within = ReferenceTree.siblings(leaves, index, height);
            trees.remove(index, leaves[index], within, ReferenceTree.proof(leaves, index));
            leaves[index] = 0;
            return;
        }
    }

    function compare() private view {
        assertEq(trees.root(), ReferenceTree.root(leaves), "the definition");
        assertEq(trees.root(), trees.theirRoot(), "Semaphore's library");
    }

    function fresh(uint256 seed, uint256 i) private view returns (uint256) {
        return uint256(keccak256(abi.encode(seed, i, leaves.length))) >> 8;
    }
}
