// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {PoseidonT3} from "poseidon-solidity/PoseidonT3.sol";

/// @notice A LeanIMT as its definition says, level by level from all leaves, with another Poseidon than the contracts'.
library ReferenceTree {
    function root(uint256[] memory leaves) internal pure returns (uint256) {
        if (leaves.length == 0) return 0;
        uint256[] memory level = leaves;
        while (level.length > 1) {
            level = up(level);
        }
        return level[0];
    }

    /// @dev The first `height` siblings of a leaf; all of them must be there.
    function siblings(uint256[] memory leaves, uint256 index, uint256 height)
        internal
        pure
        returns (uint256[] memory s)
    {
        s = new uint256[](height);
        uint256[] memory level = leaves;
        for (uint256 i = 0; i < height; ++i) {
            s[i] = level[(index >> i) ^ 1];
            level = up(level);
        }
    }

    /// @dev All siblings of a leaf, levels without one left out: what Semaphore's contract takes.
    function proof(uint256[] memory leaves, uint256 index) internal pure returns (uint256[] memory s) {
        s = new uint256[](32);
        uint256 n = 0;
        uint256[] memory level = leaves;
        for (uint256 i = index; level.length > 1; i >>= 1) {
            if (i ^ 1 < level.length) s[n++] = level[i ^ 1];
            level = up(level);
        }
        assembly ("memory-safe") {
            mstore(s, n)
        }
    }

    function up(uint256[] memory level) private pure returns (uint256[] memory next) {
        uint256 n = level.length;
        next = new uint256[]((n + 1) / 2);
        for (uint256 i = 0; i < n; i += 2) {
            next[i / 2] = i + 1 < n ? PoseidonT3.hash([level[i], level[i + 1]]) : level[i];
        }
    }
}
