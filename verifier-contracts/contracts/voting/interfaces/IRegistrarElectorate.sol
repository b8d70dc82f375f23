// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IMembers} from "./IMembers.sol";

/// @title IRegistrarElectorate
/// @notice Members admitted and removed by a registrar.
interface IRegistrarElectorate is IMembers {
    /// @notice `add` and `addMany` are for plain electorates, `addWeighted` and `addManyWeighted` for weighted ones.
    error WrongKind(bool weighted);

    /// @notice There must be a weight for each commitment.
    error WrongNumberOfWeights(uint256 expected, uint256 actual);

    /// @notice Admits a member to a plain electorate, with weight 1.
    /// @param commitment Semaphore v4 identity commitment
    /// @return index position of the new leaf
    function add(uint256 commitment) external returns (uint256 index);

    /// @notice Admits a member to a weighted electorate.
    /// @param commitment Semaphore v4 identity commitment
    /// @param weight votes in units, 1..2^32 - 1
    /// @return index position of the new leaf
    function addWeighted(uint256 commitment, uint32 weight) external returns (uint256 index);

    /// @notice Admits many members to a plain electorate, all or none.
    /// @return first position of the first new leaf; the others follow in order
    function addMany(uint256[] calldata commitments) external returns (uint256 first);

    /// @notice Admits many members to a weighted electorate, all or none.
    /// @param weights one for each commitment, in units, 1..2^32 - 1
    /// @return first position of the first new leaf; the others follow in order
    function addManyWeighted(uint256[] calldata commitments, uint32[] calldata weights) external returns (uint256 first);

    /// @notice Removes a member. Elections whose snapshot is earlier keep their root; later ones do not know the member. The
    /// commitment may be admitted again, at a new place.
    /// @param siblings the leaf's siblings, from the leaves up, within the complete subtree that holds it
    function remove(uint256 commitment, uint256[] calldata siblings) external;
}
