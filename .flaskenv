FLASK_APP=backend.cli:app
