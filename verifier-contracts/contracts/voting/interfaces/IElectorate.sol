// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";

/// @title IElectorate
/// @notice The members who may vote, as a LeanIMT of leaves with a history of roots; and the source of a Governor's votes.
interface IElectorate is IERC5805 {
    /// @notice A member was admitted.
    /// @param index position of the leaf, counted from 0
    /// @param commitment the member's Semaphore v4 identity commitment
    /// @param weight the member's votes in units, 1 in a plain electorate
    /// @param leaf the leaf written to the tree
    /// @param root the tree's root with this leaf
    event MemberAdmitted(uint256 indexed index, uint256 indexed commitment, uint256 weight, uint256 leaf, uint256 root);

    /// @notice The ballot box that holds all votes was named, once and for all.
    event BoxSet(address indexed box);

    /// @notice A commitment must be a field element other than 0: 0 < commitment < r.
    error CommitmentOutOfRange(uint256 commitment);

    /// @notice This commitment has a leaf already; a second one would be a second weight for one nullifier.
    error AlreadyMember(uint256 commitment);

    /// @notice A weight must be at least 1.
    error WeightZero();

    /// @notice The total weight would reach 2^40, above which a tally cannot be found.
    error TotalWeightTooLarge(uint256 total);

    /// @notice The tree is full: it holds 2^20 leaves.
    error ElectorateFull();

    /// @notice `add` is for plain electorates and `addWeighted` for weighted ones.
    error WrongKind(bool weighted);

    /// @notice A unit must be at least 1 and at most 2^88, so that all votes fit 128 bits.
    error UnitOutOfRange(uint256 unit);

    /// @notice The box is named already.
    error BoxAlreadySet(address box);

    /// @notice A box must be a contract.
    error BoxWithoutCode(address box);

    /// @notice No member has this commitment.
    error NotMember(uint256 commitment);

    /// @notice The past is asked for at a time that is not past: it may still change.
    error ERC5805FutureLookup(uint256 timepoint, uint48 clock);

    /// @notice Votes are cast as sealed ballots; there is nothing to delegate.
    error DelegationNotSupported();

    /// @notice Admits a member to a plain electorate, with weight 1.
    /// @param commitment Semaphore v4 identity commitment
    /// @return index position of the new leaf
    function add(uint256 commitment) external returns (uint256 index);

    /// @notice Admits a member to a weighted electorate.
    /// @param commitment Semaphore v4 identity commitment
    /// @param weight votes in units, 1..2^32 - 1
    /// @return index position of the new leaf
    function addWeighted(uint256 commitment, uint32 weight) external returns (uint256 index);

    /// @notice Names the ballot box that holds all votes. Once.
    function setBox(address box) external;

    /// @notice Whether leaves carry weights; a plain electorate is a Semaphore group.
    function weighted() external view returns (bool);

    /// @notice How many of the Governor's votes one unit of weight is.
    function unit() external view returns (uint256);

    /// @notice The ballot box, or 0 before it is named.
    function box() external view returns (address);

    /// @notice The tree's root, 0 while it is empty.
    function root() external view returns (uint256);

    /// @notice Number of leaves.
    function size() external view returns (uint256);

    /// @notice Levels of the tree, 0..20.
    function depth() external view returns (uint256);

    /// @notice Sum of the members' weights, below 2^40.
    function totalWeight() external view returns (uint256);

    /// @notice Position of a member's leaf; reverts when there is none.
    function indexOf(uint256 commitment) external view returns (uint256);

    /// @notice Whether a commitment has a leaf.
    function isMember(uint256 commitment) external view returns (bool);

    /// @notice Root, size and total weight as they were at the end of a second that has passed; zeros before the first member.
    /// @param timepoint in the past, in seconds
    function checkpointAt(uint256 timepoint) external view returns (uint256 root, uint256 size, uint256 totalWeight);
}
