// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IAuditRegistry} from "../../contracts/audit/interfaces/IAuditRegistry.sol";
import {IModelRegistry} from "../../contracts/audit/interfaces/IModelRegistry.sol";
import {IPolicyRegistry} from "../../contracts/audit/interfaces/IPolicyRegistry.sol";

/// @notice Who may call restricted functions: one account may do one thing. In the place of an AccessManager.
contract SymbolicAuthority {
    mapping(address caller => mapping(bytes4 selector => bool)) public allowed;

    function allow(address caller, bytes4 selector) external {
        allowed[caller][selector] = true;
    }

    function canCall(address caller, address, bytes4 selector) external view returns (bool, uint32) {
        return (allowed[caller][selector], 0);
    }
}

/// @notice Attestations and models of any contents, in the place of both registries.
contract SymbolicAudits {
    IAuditRegistry.Attestation private _attestation;
    IModelRegistry.Model private _model;
    bool private _valid;

    function set(IAuditRegistry.Attestation memory a, bool valid, IModelRegistry.Status status_, bool retired)
        external
    {
        (_attestation, _valid) = (a, valid);
        (_model.status, _model.retired) = (status_, retired);
    }

    function models() external view returns (IModelRegistry) {
        return IModelRegistry(address(this));
    }

    function policies() external view returns (IPolicyRegistry) {
        return IPolicyRegistry(address(this));
    }

    function policy(uint256) external pure returns (IPolicyRegistry.Policy memory p) {
        return p;
    }

    function attestation(uint256) external view returns (IAuditRegistry.Attestation memory) {
        return _attestation;
    }

    function isValid(uint256) external view returns (bool) {
        return _valid;
    }

    function model(uint256) external view returns (IModelRegistry.Model memory) {
        return _model;
    }

    function status(uint256) external view returns (IModelRegistry.Status) {
        return _model.status;
    }

    function isActive(uint256) external view returns (bool) {
        return _model.status == IModelRegistry.Status.Active && !_model.retired;
    }
}
