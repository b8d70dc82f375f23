// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {ElectorateBase} from "./ElectorateBase.sol";

/// @title RootHistory
/// @notice An electorate whose tree is elsewhere: only roots, sizes and total weights are here.
abstract contract RootHistory is ElectorateBase {
    mapping(uint256 number => uint256) private _roots;

    /// @dev Makes a root with its size and total weight the present one.
    function _record(uint256 root_, uint256 size_, uint256 total) internal {
        _roots[_write(_present(), size_, total)] = root_;
    }

    /// @inheritdoc ElectorateBase
    function _rootNow(uint256 size_, uint256 number) internal view override returns (uint256) {
        return size_ == 0 ? 0 : _roots[number];
    }

    /// @inheritdoc ElectorateBase
    function _rootThen(uint256 size_, uint256 number, uint256) internal view override returns (uint256) {
        return _rootNow(size_, number);
    }
}
