// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {BabyJubjub} from "../voting/BabyJubjub.sol";
import {IPolicyRegistry} from "./interfaces/IPolicyRegistry.sol";

/// @title PolicyWords
/// @notice What the statement page says of a policy's words, as far as the circuit would refuse a proof: under such a policy every
/// model would be halted by default.
library PolicyWords {
    // The statement page's fields: bits of a comparison, rates, attributes, references; comparisons that take a rate.
    uint256 private constant HEADER_BITS = 96;
    uint256 private constant LINE_BITS = 62;
    uint256 private constant Z_BITS = 45;
    uint256 private constant RATED = 7;
    uint256 private constant REFERENCE = 4;
    uint256 private constant NAMED = 4;

    /// @notice Reverts unless a proof can exist under these words, whatever the schema.
    function check(uint256[11] calldata words) internal pure {
        if (words[0] >= BabyJubjub.R) revert IPolicyRegistry.WordOutOfRange(0, words[0]);
        if (words[2] == 0) revert IPolicyRegistry.NoLine();
        _range(words, 1, HEADER_BITS);
        // The share below which groups are left out is a fraction below 1.
        if ((words[1] >> 72) & 0xfff >= words[1] >> 84) revert IPolicyRegistry.LineUnprovable(1, words[1]);
        for (uint256 i = 2; i < 10; ++i) {
            _range(words, i, LINE_BITS);
            bool good = words[i] == 0 || (words[i - 1] != 0 && _provable(words[i]));
            if (!good) revert IPolicyRegistry.LineUnprovable(i, words[i]);
        }
        _range(words, 10, Z_BITS);
        uint256 z = words[10];
        if (z != 0 && (!_oneHot(z & 15) || z >> 25 == 0)) revert IPolicyRegistry.LineUnprovable(10, z);
    }

    /// @dev One comparison, with the fields that it takes and no others, and a threshold a/b of at most 1.
    function _provable(uint256 line) private pure returns (bool) {
        uint256 comparison = line & 31;
        uint256 rate = (line >> 5) & 31;
        uint256 attribute = (line >> 10) & 15;
        uint256 refers = (line >> 14) & 7;
        uint256 named = (line >> 17) & 15;
        uint256 a = (line >> 22) & 0xfffff;
        uint256 b = line >> 42;
        if (!_oneHot(comparison) || b == 0 || a > b) return false;
        bool rated = comparison & RATED != 0;
        if (rated ? !(_oneHot(rate) && _oneHot(attribute)) : rate | attribute != 0) return false;
        if (comparison == REFERENCE ? !_oneHot(refers) : refers != 0) return false;
        return refers == NAMED || named == 0;
    }

    function _oneHot(uint256 bits) private pure returns (bool) {
        return bits != 0 && bits & (bits - 1) == 0;
    }

    function _range(uint256[11] calldata words, uint256 place, uint256 bits) private pure {
        if (words[place] >> bits != 0) revert IPolicyRegistry.WordOutOfRange(place, words[place]);
    }
}
