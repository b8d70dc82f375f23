// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IFoldedVerifier} from "../../voting/interfaces/IVerifiers.sol";

/// @title IPolicyRegistry
/// @notice The policies that the DAO adopted, version by version. A version never changes and is never removed: attestations and
/// milestones name theirs.
interface IPolicyRegistry {
    /// @notice What the DAO adopts.
    /// @param words the statement page's eleven policy words
    /// @param validity seconds for which a pass is good
    /// @param dataPeriod seconds from an engagement's opening in which auditors may register its data
    /// @param ackPeriod seconds from the data's registration in which the owner may object
    /// @param auditPeriod seconds from the acknowledgement in which the owner must submit a verdict
    /// @param auditorThreshold auditors that must sign a data root
    /// @param auditors who may sign, ascending
    /// @param textHash keccak256 of the policy's text
    /// @param uri where the text is
    struct Terms {
        uint256[11] words;
        uint32 validity;
        uint32 dataPeriod;
        uint32 ackPeriod;
        uint32 auditPeriod;
        uint8 auditorThreshold;
        address[] auditors;
        bytes32 textHash;
        string uri;
    }

    /// @notice What contracts need of an adopted version.
    /// @param schemaHash word 0
    /// @param wordsHash keccak256 of the eleven words, 32 bytes each; the words stand in the event
    /// @param point the verdict verifier's folded constants
    /// @param adoptedAt second of its adoption
    /// @param validity seconds, as in `Terms`
    /// @param dataPeriod seconds, as in `Terms`
    /// @param ackPeriod seconds, as in `Terms`
    /// @param auditPeriod seconds, as in `Terms`
    /// @param auditorThreshold auditors that must sign a data root
    /// @param auditors number of auditors
    struct Policy {
        uint256 schemaHash;
        bytes32 wordsHash;
        uint256[2] point;
        uint40 adoptedAt;
        uint32 validity;
        uint32 dataPeriod;
        uint32 ackPeriod;
        uint32 auditPeriod;
        uint8 auditorThreshold;
        uint8 auditors;
    }

    /// @notice A version was adopted.
    event PolicyAdopted(uint256 indexed version, uint256 indexed schemaHash, bytes32 textHash, Terms terms);

    /// @notice No policy has this version.
    error UnknownPolicy(uint256 version);

    /// @notice A word is not below r, or has bits outside its fields.
    error WordOutOfRange(uint256 place, uint256 word);

    /// @notice Line 0 is in use in every policy.
    error NoLine();

    /// @notice A line, its place or the header says something that the circuit cannot prove: with it every model would be halted by
    /// default.
    error LineUnprovable(uint256 place, uint256 word);

    /// @notice A period is 0, or longer than ten years.
    error PeriodOutOfRange(uint256 seconds_);

    /// @notice There are 1 to 32 auditors, and a threshold of 1 to all of them.
    error ThresholdOutOfRange(uint256 threshold, uint256 auditors);

    /// @notice Auditors are listed in ascending order, each once, none 0.
    error AuditorsNotAscending(uint256 place);

    /// @notice Adopts a policy. For the ADMIN: the timelock.
    /// @return version versions count from 1
    function adopt(Terms calldata terms) external returns (uint256 version);

    /// @notice A version; reverts where there is none.
    function policy(uint256 version) external view returns (Policy memory);

    /// @notice The folded constants and the validity of a version: what a verdict needs.
    function verdictTerms(uint256 version)
        external
        view
        returns (uint256[2] memory point, uint256 schemaHash, uint256 validity);

    /// @notice Whether an account is an auditor of a version.
    function isAuditor(uint256 version, address account) external view returns (bool);

    /// @notice Number of versions, which is the last one.
    function policies() external view returns (uint256);

    /// @notice The generated verifier of `verdict-s160`.
    function verifier() external view returns (IFoldedVerifier);
}
