// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {BabyJubjub} from "./BabyJubjub.sol";
import {ICommittee} from "./interfaces/ICommittee.sol";

/// @title Committee
/// @notice The trustees and their keys, term by term. Terms are only ever added: an election stays with the term it opened
/// under. This version holds one trustee per term; the interface is that of t of n.
/// @dev Invariant: every stored key is on the curve, in the subgroup of prime order, not the neutral element, and differs
/// from every other key of its term. The ballot circuit relies on it and does not check it again.
contract Committee is ICommittee, AccessManaged {
    /// @dev Written once, by `openTerm`.
    struct Term {
        address[] trustees;
        uint256 threshold;
        uint256 options;
        uint256[2][] keys;
    }

    /// @notice Most options that a circuit may have.
    uint256 public constant MAX_OPTIONS = 8;

    /// @inheritdoc ICommittee
    uint256 public terms;

    /// @dev Numbered from 1, so that an unset term is none.
    mapping(uint256 term => Term) private _terms;

    /// @param authority_ the AccessManager that says who may open terms
    constructor(address authority_) AccessManaged(authority_) {}

    /// @inheritdoc ICommittee
    function openTerm(
        address[] calldata trustees,
        uint256 threshold,
        uint256[2][] calldata keys_,
        uint256[2][] calldata eighths
    ) external restricted returns (uint256 term) {
        uint256 n = trustees.length;
        if (n != 1 || threshold != 1) revert UnsupportedThreshold(n, threshold);
        uint256 options = keys_.length / n;
        if (keys_.length != n * options || options < 2 || options > MAX_OPTIONS || eighths.length != keys_.length) {
            revert WrongNumberOfKeys(n, keys_.length, eighths.length);
        }
        for (uint256 i = 0; i < n; ++i) {
            if (trustees[i] == address(0)) revert TrusteeZero(i);
        }
        for (uint256 i = 0; i < keys_.length; ++i) {
            _checkKey(keys_, eighths[i], i);
        }

        term = ++terms;
        Term storage added = _terms[term];
        added.trustees = trustees;
        added.threshold = threshold;
        added.options = options;
        for (uint256 i = 0; i < keys_.length; ++i) {
            added.keys.push(keys_[i]);
        }
        emit TermOpened(term, trustees, threshold, keys_);
    }

    /// @inheritdoc ICommittee
    function termInfo(uint256 term)
        external
        view
        returns (address[] memory trustees, uint256 threshold, uint256 options)
    {
        Term storage found = _term(term);
        return (found.trustees, found.threshold, found.options);
    }

    /// @inheritdoc ICommittee
    function trusteeOf(uint256 term, uint256 trustee) external view returns (address) {
        Term storage found = _term(term);
        if (trustee >= found.trustees.length) revert UnknownTrustee(term, trustee);
        return found.trustees[trustee];
    }

    /// @inheritdoc ICommittee
    function keys(uint256 term, uint256 trustee) public view returns (uint256[2][] memory list) {
        Term storage found = _term(term);
        if (trustee >= found.trustees.length) revert UnknownTrustee(term, trustee);
        uint256 options = found.options;
        list = new uint256[2][](options);
        for (uint256 i = 0; i < options; ++i) {
            list[i] = found.keys[trustee * options + i];
        }
    }

    /// @inheritdoc ICommittee
    /// @dev With one trustee the election's keys are the trustee's.
    function electionKeys(uint256 term) external view returns (uint256[2][] memory) {
        return keys(term, 0);
    }

    /// @dev Key i: in the subgroup (8 times a point of the curve, which also puts it on the curve and below r), not the
    /// neutral element, and different from the keys before it.
    function _checkKey(uint256[2][] calldata list, uint256[2] calldata eighth, uint256 i) private view {
        uint256[2] memory key = list[i];
        if (BabyJubjub.isIdentity(key[0], key[1])) revert KeyIsIdentity(i);
        if (!BabyJubjub.isOnCurve(eighth[0], eighth[1])) revert KeyNotInSubgroup(i);
        uint256[2] memory product = BabyJubjub.timesEight(eighth);
        if (product[0] != key[0] || product[1] != key[1]) revert KeyNotInSubgroup(i);
        for (uint256 j = 0; j < i; ++j) {
            if (list[j][0] == key[0] && list[j][1] == key[1]) revert KeysEqual(j, i);
        }
    }

    /// @dev A term that was opened has a trustee.
    function _term(uint256 term) private view returns (Term storage found) {
        found = _terms[term];
        if (found.trustees.length == 0) revert UnknownTerm(term);
    }
}
