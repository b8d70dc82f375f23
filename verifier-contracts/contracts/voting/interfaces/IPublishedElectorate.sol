// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IElectorate} from "./IElectorate.sol";

/// @title IPublishedElectorate
/// @notice A list of members kept off chain, of which the registrar publishes root, size, total weight and digest.
interface IPublishedElectorate is IElectorate {
    /// @notice A list was published; it replaces the one before. Its tree is not on chain.
    /// @param number counted from 1
    /// @param root root of the LeanIMT over the file's rows, in order
    /// @param size number of rows
    /// @param totalWeight sum of the rows' weights
    /// @param digest keccak256 of the CSV file's bytes
    /// @param uri where the file is; not checked
    event ElectoratePublished(
        uint256 indexed number, uint256 root, uint256 size, uint256 totalWeight, bytes32 digest, string uri
    );

    /// @notice A root must be a field element other than 0.
    error RootOutOfRange(uint256 root);

    /// @notice A list must have members.
    error SizeZero();

    /// @notice No members of allowed weights add up to this.
    error WeightDoesNotFitSize(uint256 totalWeight, uint256 size);

    /// @notice The file's digest is missing.
    error DigestZero();

    /// @notice Publishes a list.
    /// @return number counted from 1
    function publish(uint256 root, uint256 size, uint256 totalWeight, bytes32 digest, string calldata uri)
        external
        returns (uint256 number);

    /// @notice How many lists were published.
    function publications() external view returns (uint256);

    /// @notice keccak256 of the last published list's CSV file, 0 before the first.
    function digest() external view returns (bytes32);
}
