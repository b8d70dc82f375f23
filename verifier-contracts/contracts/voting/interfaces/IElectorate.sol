// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";

/// @title IElectorate
/// @notice Those who may vote, as the root of a LeanIMT with a history; and a source of a Governor's votes.
interface IElectorate is IERC5805 {
    /// @notice The ballot box that holds all votes was named, once and for all.
    event BoxSet(address indexed box);

    /// @notice The total weight would reach 2^40, above which a tally cannot be found.
    error TotalWeightTooLarge(uint256 total);

    /// @notice The tree is full: it holds 2^20 leaves.
    error ElectorateFull();

    /// @notice A unit must be at least 1 and at most 2^88, so that all votes fit 128 bits.
    error UnitOutOfRange(uint256 unit);

    /// @notice The box is named already.
    error BoxAlreadySet(address box);

    /// @notice A box must be a contract.
    error BoxWithoutCode(address box);

    /// @notice The past is asked for at a time that is not past: it may still change.
    error ERC5805FutureLookup(uint256 timepoint, uint48 clock);

    /// @notice Votes are cast as sealed ballots; there is nothing to delegate.
    error DelegationNotSupported();

    /// @notice Names the ballot box that holds all votes. Once.
    function setBox(address box) external;

    /// @notice How members come in: `registrar`, `allowlist`, `token`, `semaphore` or `published`.
    function kind() external view returns (string memory);

    /// @notice Whether leaves carry weights; the leaves of a plain electorate are those of a Semaphore group.
    function weighted() external view returns (bool);

    /// @notice How many of the Governor's votes one unit of weight is.
    function unit() external view returns (uint256);

    /// @notice The ballot box, or 0 before it is named.
    function box() external view returns (address);

    /// @notice The tree's root, 0 while it is empty.
    function root() external view returns (uint256);

    /// @notice Number of leaves, those of removed members included.
    function size() external view returns (uint256);

    /// @notice Levels of the tree, 0..20.
    function depth() external view returns (uint256);

    /// @notice Sum of the members' weights, below 2^40.
    function totalWeight() external view returns (uint256);

    /// @notice Root, size and total weight as they were at the end of a second that has passed; zeros before the first member.
    /// @param timepoint in the past, in seconds
    function checkpointAt(uint256 timepoint) external view returns (uint256 root, uint256 size, uint256 totalWeight);
}
