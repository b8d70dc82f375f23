// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IElectorate} from "./interfaces/IElectorate.sol";
import {IRegistrarElectorate} from "./interfaces/IRegistrarElectorate.sol";
import {ElectorateBase} from "./electorates/ElectorateBase.sol";
import {MemberTree} from "./electorates/MemberTree.sol";

/// @title Electorate
/// @notice The members who may vote, admitted and removed by a registrar, as a LeanIMT on chain.
contract Electorate is IRegistrarElectorate, MemberTree {
    /// @param authority_ the AccessManager that says who may admit and remove members and name the box
    /// @param weighted_ whether leaves carry weights
    /// @param unit_ the Governor's votes per unit of weight, 1..2^88
    constructor(address authority_, bool weighted_, uint256 unit_) ElectorateBase(authority_, weighted_, unit_) {}

    /// @inheritdoc IRegistrarElectorate
    function add(uint256 commitment) external restricted returns (uint256) {
        if (weighted) revert WrongKind(true);
        return _admit(commitment, 1);
    }

    /// @inheritdoc IRegistrarElectorate
    function addWeighted(uint256 commitment, uint32 weight) external restricted returns (uint256) {
        if (!weighted) revert WrongKind(false);
        return _admit(commitment, weight);
    }

    /// @inheritdoc IRegistrarElectorate
    function addMany(uint256[] calldata commitments) external restricted returns (uint256) {
        if (weighted) revert WrongKind(true);
        return _admitMany(commitments, new uint32[](0));
    }

    /// @inheritdoc IRegistrarElectorate
    function addManyWeighted(uint256[] calldata commitments, uint32[] calldata weights)
        external
        restricted
        returns (uint256)
    {
        if (!weighted) revert WrongKind(false);
        if (weights.length != commitments.length) revert WrongNumberOfWeights(commitments.length, weights.length);
        return _admitMany(commitments, weights);
    }

    /// @inheritdoc IRegistrarElectorate
    function remove(uint256 commitment, uint256[] calldata siblings) external restricted {
        _remove(commitment, siblings);
    }

    /// @inheritdoc IElectorate
    function kind() external pure returns (string memory) {
        return "registrar";
    }
}
