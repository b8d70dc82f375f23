// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IElectionBox} from "./interfaces/IElectionBox.sol";

/// @title Rules
/// @notice The rule word of the statement page (circuits/README.md): what a configuration may say, and how many votes it lets
/// an electorate give.
library Rules {
    /// @notice Leaves carry weights. Set by the box from the Electorate, never by a configuration.
    uint256 internal constant WEIGHTED = 1;

    /// @notice Exactly one option gets the member's weight.
    uint256 internal constant SINGLE = 1 << 1;

    /// @notice At most `limit` options get the member's weight each.
    uint256 internal constant APPROVAL = 1 << 2;

    /// @notice The votes add up to at most weight times limit.
    uint256 internal constant SPLIT = 1 << 3;

    /// @notice The squares of the votes add up to at most weight times limit.
    uint256 internal constant QUADRATIC = 1 << 4;

    uint256 private constant KINDS = SINGLE | APPROVAL | SPLIT | QUADRATIC;

    /// @dev Bits 16..31: the options in use, the first at bit 16.
    uint256 private constant OPTIONS_AT = 16;

    /// @dev Bits 32..47: the limit.
    uint256 private constant LIMIT_AT = 32;

    /// @notice Reverts unless ballots can satisfy the rule.
    /// @param rule a configuration's rule word, without the weighted bit
    /// @param options options of the circuit
    function check(uint256 rule, uint256 options) internal pure {
        if (rule & ~(KINDS | (0xffff << OPTIONS_AT) | (0xffff << LIMIT_AT)) != 0) {
            revert IElectionBox.RuleBitsUnknown(rule);
        }
        uint256 kind = rule & KINDS;
        if (kind == 0 || kind & (kind - 1) != 0) revert IElectionBox.RuleNotOneKind(rule);
        uint256 used = inUse(rule);
        // A prefix: one more than it is a power of two.
        if (used & (used + 1) != 0 || used < 3 || used >> options != 0) revert IElectionBox.RuleOptionsNotPrefix(rule);
        uint256 most = limit(rule);
        if (most == 0 || (kind == SINGLE && most != 1)) revert IElectionBox.RuleLimitOutOfRange(rule);
    }

    /// @notice The rule's limit.
    function limit(uint256 rule) internal pure returns (uint256) {
        return (rule >> LIMIT_AT) & 0xffff;
    }

    /// @notice The options in use, the first in the lowest bit.
    function inUse(uint256 rule) internal pure returns (uint256) {
        return (rule >> OPTIONS_AT) & 0xffff;
    }

    /// @notice The most votes that members of this weight can give: to each option for approval, to all together otherwise.
    function mostVotes(uint256 rule, uint256 weight) internal pure returns (uint256) {
        return rule & (SPLIT | QUADRATIC) == 0 ? weight : weight * limit(rule);
    }
}
