// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// @title ISemaphoreGroup
/// @notice What is read from a Semaphore v4 contract.
interface ISemaphoreGroup {
    /// @notice A group's admin, 0 where there is no group.
    function getGroupAdmin(uint256 groupId) external view returns (address);

    /// @notice The present root of a group's LeanIMT.
    function getMerkleTreeRoot(uint256 groupId) external view returns (uint256);

    /// @notice Number of a group's leaves, those of removed members included.
    function getMerkleTreeSize(uint256 groupId) external view returns (uint256);
}
