// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {PoseidonTwo} from "../../poseidon/PoseidonTwo.sol";

/// @title LeanTree
/// @notice A LeanIMT on chain (parent = H_2(left, right), or the left child itself where there is no right one) that writes
/// one node per insertion, hashes once per insertion on average, and answers for its root at every past size and second.
/// @dev Only roots of *complete* subtrees are kept. The leaf that makes the size s completes subtrees of 1, 2, 4 .. 2^a
/// leaves, a being the number of low zero bits of s; the largest of them is stored, under its end s. For every
/// size, the tree consists of the complete subtrees that its binary digits name: size 13 = 8 + 4 + 1 has those that end at 8,
/// at 12 and at 13. All of them were stored when they were completed, and adding leaves never changes them, so old roots
/// need no storage of their own: `rootAt` hashes at most 19 nodes together. A removal changes one stored node of the present
/// tree, whose old value is kept with the second until which it held.
library LeanTree {
    /// @dev A node as it was before a removal.
    struct Old {
        uint256 node;
        uint256 until;
    }

    struct Tree {
        mapping(uint256 end => uint256) nodes;
        mapping(uint256 end => Old[]) olds;
    }

    /// @notice A removal gave more or fewer siblings than its leaf has in its complete subtree.
    error WrongNumberOfSiblings(uint256 expected, uint256 actual);

    /// @notice A removal's siblings do not lead from the leaf to the stored node.
    error WrongSiblings(uint256 index);

    /// @notice Appends the leaf at place `size`.
    function append(Tree storage self, uint256 size, uint256 leaf) internal {
        uint256 node = leaf;
        // Every low one bit of the place is a complete subtree that this leaf's subtree now pairs with.
        for (uint256 bit = 1; size & bit != 0; bit <<= 1) {
            node = PoseidonTwo.hash(self.nodes[size & ~(bit - 1)], node);
        }
        self.nodes[size + 1] = node;
    }

    /// @notice Appends leaves from place `size` on.
    /// @dev Stores only the nodes that the tree of the final size consists of: no root of a size in between is ever asked for.
    function appendMany(Tree storage self, uint256 size, uint256[] memory leaves) internal {
        // By level, the last complete subtree that this call made; no leaf and no hash is 0.
        uint256[256] memory fresh;
        for (uint256 i = 0; i < leaves.length; ++i) {
            uint256 node = leaves[i];
            uint256 place = size + i;
            uint256 level = 0;
            for (uint256 bit = 1; place & bit != 0; bit <<= 1) {
                uint256 left = fresh[level++];
                node = PoseidonTwo.hash(left != 0 ? left : self.nodes[place & ~(bit - 1)], node);
            }
            fresh[level] = node;
        }
        uint256 end = size + leaves.length;
        uint256 rest = end;
        for (uint256 level = 0; rest > size; ++level) {
            uint256 bit = 1 << level;
            if (rest & bit == 0) continue;
            self.nodes[rest] = fresh[level];
            rest ^= bit;
        }
    }

    /// @notice Puts `fresh` in the place of the leaf at `index`, which must be `old`.
    /// @param size number of leaves
    /// @param siblings the leaf's siblings, from the leaves up, within the complete subtree that holds it
    /// @param now_ the present second
    function replace(
        Tree storage self,
        uint256 size,
        uint256 index,
        uint256 old,
        uint256 fresh,
        uint256[] calldata siblings,
        uint256 now_
    ) internal {
        (uint256 end, uint256 height) = home(size, index);
        if (siblings.length != height) revert WrongNumberOfSiblings(height, siblings.length);
        uint256 before = climb(index, old, siblings);
        if (before != self.nodes[end]) revert WrongSiblings(index);
        self.nodes[end] = climb(index, fresh, siblings);
        Old[] storage olds = self.olds[end];
        uint256 n = olds.length;
        // What the node was in the middle of a second is never asked for.
        if (n == 0 || olds[n - 1].until != now_) olds.push(Old(before, now_));
    }

    /// @notice The complete subtree of a tree of `size` leaves that holds the leaf at `index`.
    /// @return end the number of leaves up to its last
    /// @return height its levels
    function home(uint256 size, uint256 index) internal pure returns (uint256 end, uint256 height) {
        // The highest bit in which size and index differ is one of size: the subtree that it names holds the leaf.
        uint256 differing = size ^ index;
        while (differing >> (height + 1) != 0) ++height;
        end = (size >> height) << height;
    }

    /// @notice The root of the first `size` leaves as they are now; 0 where there are none.
    function root(Tree storage self, uint256 size) internal view returns (uint256) {
        return rootAt(self, size, type(uint256).max);
    }

    /// @notice The root of the first `size` leaves as they were at the end of the second `time`.
    /// @param time a second that is past, or the largest number for the present
    function rootAt(Tree storage self, uint256 size, uint256 time) internal view returns (uint256 node) {
        bool any = false;
        while (size != 0) {
            uint256 left = _nodeAt(self, size, time);
            node = any ? PoseidonTwo.hash(left, node) : left;
            any = true;
            size &= size - 1;
        }
    }

    /// @dev The node that a leaf's siblings lead to. A sibling that is no field element is reduced by the hash, which is no
    /// harm: the node is what counts.
    function climb(uint256 index, uint256 leaf, uint256[] calldata siblings) internal pure returns (uint256 node) {
        node = leaf;
        for (uint256 level = 0; level < siblings.length; ++level) {
            node = (index >> level) & 1 == 0
                ? PoseidonTwo.hash(node, siblings[level])
                : PoseidonTwo.hash(siblings[level], node);
        }
    }

    /// @dev A stored node as it was at the end of a second: the first old value that held beyond it, or the present one.
    function _nodeAt(Tree storage self, uint256 end, uint256 time) private view returns (uint256) {
        if (time == type(uint256).max) return self.nodes[end];
        Old[] storage olds = self.olds[end];
        uint256 low = 0;
        uint256 count = olds.length;
        uint256 high = count;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (olds[middle].until <= time) low = middle + 1;
            else high = middle;
        }
        return low == count ? self.nodes[end] : olds[low].node;
    }
}
