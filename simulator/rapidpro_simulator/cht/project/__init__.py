"""A CHT project as it lies on disk, for cht-conf: read, checked, and deployed over HTTP (cht-sentinel 13)."""

from .complaints import Complaint, ProjectError, Severity
from .deployment import deploy, save_documents
from .dumps import read_dump
from .project import Project, read_project

__all__ = [
    "Complaint",
    "Project",
    "ProjectError",
    "Severity",
    "deploy",
    "read_dump",
    "read_project",
    "save_documents",
]
