// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IElectorate} from "../interfaces/IElectorate.sol";
import {IPublishedElectorate} from "../interfaces/IPublishedElectorate.sol";
import {ElectorateBase} from "./ElectorateBase.sol";
import {RootHistory} from "./RootHistory.sol";

/// @title PublishedElectorate
/// @notice A list of members that is not on chain: the registrar publishes the root of its tree, its size, its total weight,
/// and the digest of the CSV file that anyone may rebuild all of that from.
/// @dev Nothing here is checked on chain beyond ranges. What a wrong publication does: a member missing from the tree cannot
/// vote; a total weight that is too small leaves a result that cannot be recorded; one that is too large gives the box
/// votes that nobody can cast. `tabella electorate verify` finds each of these before a proposal's snapshot.
contract PublishedElectorate is IPublishedElectorate, RootHistory {
    /// @inheritdoc IPublishedElectorate
    uint256 public publications;

    /// @inheritdoc IPublishedElectorate
    bytes32 public digest;

    /// @param authority_ the AccessManager that says who may publish and name the box
    /// @param weighted_ whether leaves carry weights
    /// @param unit_ the Governor's votes per unit of weight, 1..2^88
    constructor(address authority_, bool weighted_, uint256 unit_) ElectorateBase(authority_, weighted_, unit_) {}

    /// @inheritdoc IPublishedElectorate
    function publish(uint256 root_, uint256 size_, uint256 totalWeight_, bytes32 digest_, string calldata uri)
        external
        restricted
        returns (uint256 number)
    {
        if (root_ == 0 || root_ >= R) revert RootOutOfRange(root_);
        if (size_ == 0) revert SizeZero();
        // Every member weighs at least 1 and below 2^32, and exactly 1 in a plain electorate.
        uint256 most = weighted ? size_ * type(uint32).max : size_;
        if (totalWeight_ < size_ || totalWeight_ > most) revert WeightDoesNotFitSize(totalWeight_, size_);
        if (digest_ == 0) revert DigestZero();
        _record(root_, size_, totalWeight_);
        number = ++publications;
        digest = digest_;
        emit ElectoratePublished(number, root_, size_, totalWeight_, digest_, uri);
    }

    /// @inheritdoc IElectorate
    function kind() external pure returns (string memory) {
        return "published";
    }
}
