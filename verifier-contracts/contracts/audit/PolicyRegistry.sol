// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IFoldedVerifier} from "../voting/interfaces/IVerifiers.sol";
import {Circuits} from "./Circuits.sol";
import {PolicyWords} from "./PolicyWords.sol";
import {IPolicyRegistry} from "./interfaces/IPolicyRegistry.sol";

/// @title PolicyRegistry
/// @notice The policies that the DAO adopted. Their words are folded once, into the point that every verdict is verified with: a
/// verdict cannot bring its own policy.
contract PolicyRegistry is AccessManaged, IPolicyRegistry {
    /// @dev No period is longer, so that sums of times stay far below 2^40.
    uint256 private constant TEN_YEARS = 3650 days;

    uint256 private constant MOST_AUDITORS = 32;

    /// @inheritdoc IPolicyRegistry
    IFoldedVerifier public immutable verifier;

    /// @inheritdoc IPolicyRegistry
    uint256 public policies;

    mapping(uint256 version => Policy) private _policies;
    mapping(uint256 version => mapping(address account => bool)) private _auditors;

    /// @param authority_ the AccessManager that says who may adopt
    /// @param verifier_ generated verifier of `verdict-s160`
    constructor(address authority_, IFoldedVerifier verifier_) AccessManaged(authority_) {
        Circuits.check(verifier_, "verdict-s160");
        verifier = verifier_;
    }

    /// @inheritdoc IPolicyRegistry
    function adopt(Terms calldata terms) external restricted returns (uint256 version) {
        PolicyWords.check(terms.words);
        _checkPeriod(terms.validity);
        _checkPeriod(terms.dataPeriod);
        _checkPeriod(terms.ackPeriod);
        _checkPeriod(terms.auditPeriod);
        uint256 n = terms.auditors.length;
        if (n == 0 || n > MOST_AUDITORS || terms.auditorThreshold == 0 || terms.auditorThreshold > n) {
            revert ThresholdOutOfRange(terms.auditorThreshold, n);
        }
        version = ++policies;
        _setAuditors(version, terms.auditors);
        Policy storage p = _policies[version];
        p.schemaHash = terms.words[0];
        p.wordsHash = keccak256(abi.encode(terms.words));
        p.adoptedAt = SafeCast.toUint40(block.timestamp);
        (p.validity, p.dataPeriod) = (terms.validity, terms.dataPeriod);
        (p.ackPeriod, p.auditPeriod) = (terms.ackPeriod, terms.auditPeriod);
        (p.auditorThreshold, p.auditors) = (terms.auditorThreshold, uint8(n));
        p.point = verifier.foldConstants(_list(terms.words));
        emit PolicyAdopted(version, terms.words[0], terms.textHash, terms);
    }

    /// @inheritdoc IPolicyRegistry
    function policy(uint256 version) external view returns (Policy memory) {
        return _known(version);
    }

    /// @inheritdoc IPolicyRegistry
    function verdictTerms(uint256 version) external view returns (uint256[2] memory, uint256, uint256) {
        Policy storage p = _known(version);
        return (p.point, p.schemaHash, p.validity);
    }

    /// @inheritdoc IPolicyRegistry
    function isAuditor(uint256 version, address account) external view returns (bool) {
        return _auditors[version][account];
    }

    /// @dev Ascending, so that none stands there twice and none is 0.
    function _setAuditors(uint256 version, address[] calldata list) private {
        address last = address(0);
        for (uint256 i = 0; i < list.length; ++i) {
            if (list[i] <= last) revert AuditorsNotAscending(i);
            last = list[i];
            _auditors[version][last] = true;
        }
    }

    function _known(uint256 version) private view returns (Policy storage p) {
        p = _policies[version];
        if (p.adoptedAt == 0) revert UnknownPolicy(version);
    }

    function _checkPeriod(uint256 seconds_) private pure {
        if (seconds_ == 0 || seconds_ > TEN_YEARS) revert PeriodOutOfRange(seconds_);
    }

    function _list(uint256[11] calldata words) private pure returns (uint256[] memory list) {
        list = new uint256[](11);
        for (uint256 i = 0; i < 11; ++i) {
            list[i] = words[i];
        }
    }
}
