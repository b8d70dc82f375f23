// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IElectorate} from "./IElectorate.sol";

/// @title IMembers
/// @notice An electorate whose members are leaves of a tree on chain.
interface IMembers is IElectorate {
    /// @notice A member was admitted.
    /// @param index position of the leaf, counted from 0
    /// @param commitment the member's Semaphore v4 identity commitment
    /// @param weight the member's votes in units, 1 in a plain electorate
    /// @param leaf the leaf written to the tree
    event MemberAdmitted(uint256 indexed index, uint256 indexed commitment, uint256 weight, uint256 leaf);

    /// @notice A member was removed: 0 stands in the place of the leaf, which is not used again.
    event MemberRemoved(uint256 indexed index, uint256 indexed commitment, uint256 weight);

    /// @notice A commitment must be a field element other than 0: 0 < commitment < r.
    error CommitmentOutOfRange(uint256 commitment);

    /// @notice This commitment has a leaf already; a second one would be a second weight for one nullifier.
    error AlreadyMember(uint256 commitment);

    /// @notice No member has this commitment.
    error NotMember(uint256 commitment);

    /// @notice A weight must be at least 1.
    error WeightZero();

    /// @notice A list of members to admit is empty.
    error NobodyToAdmit();

    /// @notice Position of a member's leaf; reverts when there is none.
    function indexOf(uint256 commitment) external view returns (uint256);

    /// @notice A member's weight in units; reverts when there is no such member.
    function weightOf(uint256 commitment) external view returns (uint256);

    /// @notice Whether a commitment has a leaf.
    function isMember(uint256 commitment) external view returns (bool);
}
